//! Our verdict on signatures against xmlsec1's, on signed messages changed by chance: what we accept it accepts, and
//! what we then read is what was signed, to the byte.
//!
//! `CARNET_MUTATIONS` says how many (2,000), `CARNET_SEED` from where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Chance, Key, Known, Root, folder, tool};
use xml::signature::{DSIG, SignatureError, SignatureMethod, Signed, sign, verify};
use xml::{Document, Limits};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

const ASSERTION: &str = r#"<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:hl7="urn:hl7-org:v3" ID="_7f3a" IssueInstant="2026-11-22T05:00:00Z" Version="2.0"><saml2:Issuer Format="urn:x">CN=899700366240,O=Maison d'essai</saml2:Issuer><saml2:Subject><saml2:NameID>899700366240</saml2:NameID></saml2:Subject><saml2:Conditions NotBefore="2026-11-22T05:00:00Z" NotOnOrAfter="2026-11-22T05:10:00Z"/><saml2:AttributeStatement>
  <saml2:Attribute Name="VIHF_Version"><saml2:AttributeValue>3.0</saml2:AttributeValue></saml2:Attribute>
  <saml2:Attribute Name="role"><saml2:AttributeValue><hl7:Role xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CE" code="10" codeSystem="1.2.250.1.71.1.2.7" displayName="M&#233;decin &amp; 'autre'"/></saml2:AttributeValue></saml2:Attribute>
</saml2:AttributeStatement></saml2:Assertion>"#;

struct Bench {
    root: Root,
    keys: Vec<Key>,
    signed: Vec<String>,
    expected: String,
}

impl Bench {
    fn new() -> Self {
        let root = Root::new("root");
        let keys = vec![
            root.key("rsa", SignatureMethod::RsaSha256),
            root.key("p256", SignatureMethod::EcdsaSha256),
            root.key("p384", SignatureMethod::EcdsaSha384),
        ];
        let signed: Vec<String> = keys.iter().map(|key| sign(ASSERTION, "ID", key).unwrap()).collect();
        let mut bench = Self { root, keys, signed, expected: String::new() };
        let plain = bench.check(bench.signed[0].as_bytes()).unwrap();
        bench.expected = plain.document().source().to_owned();
        bench
    }

    /// As a service does: the one assertion, wherever it is, and everything else refused.
    fn check(&self, bytes: &[u8]) -> Result<Signed, SignatureError> {
        let document = Document::parse(bytes, &Limits::default()).map_err(|_| SignatureError::Grammar)?;
        let root = document.root();
        let everywhere = std::iter::once(root).chain(root.descendants());
        let found: Vec<_> = everywhere.filter(|node| node.is(SAML, "Assertion")).collect();
        let [assertion] = found.as_slice() else { return Err(SignatureError::Grammar) };
        let known = Known(self.keys.iter().map(|key| key.certificates[0].clone()).collect());
        verify(*assertion, "ID", &Limits::default(), &known)
    }
}

#[test]
fn what_we_accept_xmlsec1_accepts_and_says_the_same() {
    let Some(xmlsec1) = tool("xmlsec1") else { return };
    let amount: usize =
        std::env::var("CARNET_MUTATIONS").ok().and_then(|it| it.parse().ok()).unwrap_or(2_000);
    let folder = folder("oracle");
    let bench = Bench::new();
    std::fs::write(folder.join("root.pem"), &bench.root.pem).unwrap();
    let oracle = |files: &[PathBuf]| verdict(&xmlsec1, &folder.join("root.pem"), files);
    let mut chance = Chance::of_environment(2);

    let (mut accepted, mut kept, mut refused_by_both, mut refused_by_us, mut looked) =
        (Vec::new(), 0, 0, 0, 0);
    for number in 0..amount {
        let source = mutated(&bench, &mut chance);
        let file = folder.join(format!("{number}.xml"));
        match bench.check(&source) {
            Ok(signed) => {
                assert_eq!(
                    signed.document().source(),
                    bench.expected,
                    "read something else than was signed: {}, seed {}",
                    String::from_utf8_lossy(&source),
                    chance.seed
                );
                std::fs::write(&file, &source).unwrap();
                accepted.push(file);
                kept += 1;
            }
            // The oracle is asked about some that we refuse too, to see that it does refuse.
            Err(_) if number % (amount / 60).max(1) == 0 => {
                std::fs::write(&file, &source).unwrap();
                looked += 1;
                if oracle(std::slice::from_ref(&file)).is_err() {
                    refused_by_both += 1
                } else {
                    refused_by_us += 1
                }
                std::fs::remove_file(&file).unwrap();
            }
            Err(_) => {}
        }
        if accepted.len() == 500 || number + 1 == amount {
            if let Err(said) = oracle(&accepted) {
                panic!("xmlsec1 refuses what we accept, seed {}: {said}", chance.seed);
            }
            for file in accepted.drain(..) {
                std::fs::remove_file(file).unwrap();
            }
        }
    }
    println!(
        "{amount} changed messages: {kept} accepted by us, all by xmlsec1 too; of {looked} refused by us, \
         {refused_by_both} refused by xmlsec1, {refused_by_us} accepted by it"
    );
    assert!(kept > amount / 20, "some changes must be harmless, or nothing is compared: {kept}");
    assert!(refused_by_both > 0, "the oracle refuses");
}

/// One call for many files: it ends at the first it refuses.
fn verdict(xmlsec1: &Path, root: &Path, files: &[PathBuf]) -> Result<(), String> {
    if files.is_empty() {
        return Ok(());
    }
    let output = Command::new(xmlsec1)
        .args([
            "--verify",
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
            "--trusted-pem",
        ])
        .arg(root)
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let good = said.lines().filter(|line| *line == "OK").count();
    if output.status.success() && good == files.len() { Ok(()) } else { Err(said.into_owned()) }
}

/// A signed message with one to three changes.
fn mutated(bench: &Bench, chance: &mut Chance) -> Vec<u8> {
    let mut source = bench.signed[chance.below(bench.signed.len())].clone();
    if chance.one_in(2) {
        source = enveloped(&source);
    }
    for _ in 0..=chance.below(3) {
        source = if chance.one_in(2) { harmless(&source, chance) } else { harmful(bench, &source, chance) };
    }
    let mut bytes = source.into_bytes();
    if !bytes.is_empty() && chance.one_in(6) {
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
    }
    bytes
}

fn enveloped(assertion: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" xmlns=\"urn:default\" xmlns:hl7=\"urn:other\">\
         <e:Header><w:Security xmlns:w=\"urn:w\" e:mustUnderstand=\"1\">{assertion}</w:Security></e:Header>\
         <e:Body><Query ID=\"q\"/></e:Body></e:Envelope>"
    )
}

/// Changes that leave what is signed as it is, by the letter of the recommendations.
fn harmless(source: &str, chance: &mut Chance) -> String {
    let pairs: &[(&str, &str)] = &[
        (
            "ID=\"_7f3a\" IssueInstant=\"2026-11-22T05:00:00Z\"",
            "IssueInstant='2026-11-22T05:00:00Z'\n ID='_7f3a'",
        ),
        ("&amp;", "&#38;"),
        ("é", "&#xE9;"),
        ("3.0<", "<![CDATA[3.0]]><"),
        ("899700366240</saml2:NameID>", "8997<![CDATA[00366]]>240</saml2:NameID>"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>\n\t "),
        ("</ds:X509Certificate>", "\r\n</ds:X509Certificate>"),
        ("<ds:X509Data>", "<ds:X509Data xmlns:z=\"urn:z\">\n"),
        ("<ds:KeyInfo>", "<ds:KeyInfo Id=\"k\"><!---->"),
        ("<ds:KeyInfo>", "<ds:KeyInfo xmlns:relative=\"../x\">"),
        ("<saml2:Subject>", "<saml2:Subject xmlns:unused='urn:unused'>"),
        ("<saml2:Conditions ", "<saml2:Conditions   "),
        ("2026-11-22T05:10:00Z\"/>", "2026-11-22T05:10:00Z\"></saml2:Conditions>"),
        ("</saml2:Issuer>", "</saml2:Issuer >"),
        ("<ds:Signature xmlns", "<ds:Signature Id='s' xmlns"),
        ("<ds:SignedInfo>", "<ds:SignedInfo\n>"),
        ("<ds:Transforms>", "<ds:Transforms xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"),
        ("xmlns:hl7=\"urn:hl7-org:v3\" ID", "ID"),
        ("<hl7:Role ", "<hl7:Role xmlns:hl7=\"urn:hl7-org:v3\" "),
    ];
    let (from, to) = pairs[chance.below(pairs.len())];
    source.replacen(from, to, 1)
}

/// Changes that forge, wrap, weaken or break.
fn harmful(bench: &Bench, source: &str, chance: &mut Chance) -> String {
    let texts: &[(&str, &str)] = &[
        ("899700366240</saml2:NameID>", "8997<!---->00366240</saml2:NameID>"),
        ("899700366240</saml2:NameID>", "899900063480</saml2:NameID>"),
        ("899700366240</saml2:NameID>", "899700366240<?x y?></saml2:NameID>"),
        ("code=\"10\"", "code=\"21\""),
        ("URI=\"#_7f3a\"", "URI=\"\""),
        ("URI=\"#_7f3a\"", "URI=\"#q\""),
        ("URI=\"#_7f3a\"", "URI=\"#xpointer(/)\""),
        ("URI=\"#_7f3a\"", "Type=\"urn:x\" URI=\"#_7f3a\""),
        ("ID=\"q\"", "ID=\"_7f3a\""),
        ("ID=\"q\"", "xml:id=\"_7f3a\""),
        ("#enveloped-signature", "#base64"),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
        ("xmlenc#sha256", "xmlenc#sha512"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha512"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        ("<ds:X509Data>", "<ds:KeyValue/><ds:X509Data>"),
        ("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>k</ds:KeyName>"),
        ("</ds:Signature>", "<ds:Object>x</ds:Object></ds:Signature>"),
        ("xmlns:saml2=\"urn:oasis", "xmlns:saml2=\"URN:oasis"),
        (" Version=\"2.0\"", " Version=\"2.0\" xml:lang=\"fr\""),
        ("<ds:DigestValue>", "<ds:DigestValue>A"),
        (
            "<ds:Transform ",
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/><ds:Transform ",
        ),
    ];
    let elements = [
        "Signature",
        "Reference",
        "Transform",
        "Assertion",
        "NameID",
        "X509Certificate",
        "KeyInfo",
        "Subject",
    ];
    let choice = chance.below(10);
    if choice < 5 {
        let (from, to) = texts[chance.below(texts.len())];
        return source.replacen(from, to, 1);
    }
    let Ok(document) = Document::parse(source.as_bytes(), &Limits::default()) else {
        return source.to_owned();
    };
    let root = document.root();
    let nodes: Vec<_> = std::iter::once(root).chain(root.descendants()).collect();
    let any = nodes[chance.below(nodes.len())];
    let named = chance.pick(&elements);
    let one = nodes.iter().find(|node| node.name().1 == named).copied().unwrap_or(any);
    let text = document.source();
    let element = &text[one.range()];
    let mut out = text.to_owned();
    match choice {
        // twice in the same place, moved, removed, swapped for that of another signer, wrapped in a copy
        5 => out.insert_str(one.range().end, element),
        6 => out.insert_str(any.range().start, element),
        7 => out.replace_range(one.range(), ""),
        8 => {
            let other = &bench.signed[chance.below(bench.signed.len())];
            let parsed = Document::parse(other.as_bytes(), &Limits::default()).unwrap();
            let theirs =
                parsed.root().descendants().find(|node| node.name() == one.name()).map(|it| it.range());
            if let Some(theirs) = theirs {
                out.replace_range(one.range(), &other[theirs]);
            }
        }
        _ => {
            let forged = element.replace("899700366240", "899900063480").replace("_7f3a", "_evil");
            let at = if chance.one_in(2) { one.range().start } else { one.range().end };
            out.insert_str(at, &forged.replace(&format!("xmlns:ds=\"{DSIG}\""), ""));
        }
    }
    out
}
