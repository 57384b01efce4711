//! Our canonical form against libxml2's: trees made by chance, digested by us, judged by xmlsec1.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Chance, Key, Root, folder, tool};
use xml::signature::{DSIG, DigestMethod, EXCLUSIVE_C14N, SignatureMethod, SigningKey};
use xml::{Document, Form, Limits, Node, canonical, canonical_as};

const TREES: usize = 300;
const INCLUSIVE_C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

#[test]
fn xmlsec1_digests_the_same_bytes() {
    let Some(xmlsec1) = tool("xmlsec1") else { return };
    let folder = folder("canonical");
    let root = Root::new("root");
    let key = root.key("signer", SignatureMethod::EcdsaSha256);
    std::fs::write(folder.join("root.pem"), &root.pem).unwrap();
    let mut chance = Chance::of_environment(1);
    let mut files = Vec::new();
    let mut lists = 0;
    for number in 0..TREES {
        let inclusive = number % 4 == 3;
        let prefixes: Vec<&str> =
            ["a", "b", "c", "#default"].into_iter().filter(|_| chance.one_in(4)).collect();
        lists += usize::from(!prefixes.is_empty());
        let source = signed_tree(&mut chance, &key, &prefixes, inclusive);
        let file = folder.join(format!("{number}.xml"));
        std::fs::write(&file, &source).unwrap();
        files.push(file);
    }
    assert!(lists > TREES / 3, "lists of prefixes are tried");
    let output = Command::new(xmlsec1)
        .args(["--verify", "--id-attr:ID", "urn:t:Signed", "--trusted-pem"])
        .arg(folder.join("root.pem"))
        .args(&files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\nseed {}", chance.seed);
    assert_eq!(said.lines().filter(|line| *line == "OK").count(), TREES, "{said}");
}

/// A tree with a signed element somewhere inside, whose digest is of our canonical form.
fn signed_tree(chance: &mut Chance, key: &Key, prefixes: &[&str], inclusive: bool) -> String {
    const MARK: &str = "<!--signature-->";
    let mut inside = String::new();
    tree(chance, 0, &mut inside);
    let declared = declarations(chance, true);
    let around = declarations(chance, true);
    let plain = format!(
        "<o:Outer xmlns:o=\"urn:o\"{around} xml:lang=\"fr\" xml:space=\"default\"><!--x-->{}<t:Signed xmlns:t=\"urn:t\"{declared} xml:space=\"preserve\" ID=\"i1\">{inside}{MARK}{}</t:Signed></o:Outer>",
        text(chance),
        text(chance),
    );
    let document = Document::parse(plain.as_bytes(), &Limits::default()).unwrap();
    let apex = document.root().child("urn:t", "Signed").unwrap();
    let digest = digest(apex, prefixes, inclusive);
    let listed = if prefixes.is_empty() {
        String::new()
    } else {
        format!("<e:InclusiveNamespaces xmlns:e=\"{EXCLUSIVE_C14N}\" PrefixList=\"{}\"/>", prefixes.join(" "))
    };
    let transform = if inclusive {
        format!("<Transform Algorithm=\"{INCLUSIVE_C14N}\"/>")
    } else {
        format!("<Transform Algorithm=\"{EXCLUSIVE_C14N}\">{listed}</Transform>")
    };
    let signature = |value: &str| {
        format!(
            "<Signature xmlns=\"{DSIG}\"><SignedInfo><CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\">{listed}\
             </CanonicalizationMethod><SignatureMethod Algorithm=\"{}\"/><Reference URI=\"#i1\"><Transforms>\
             <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
             {transform}</Transforms>\
             <DigestMethod Algorithm=\"{}\"/><DigestValue>{digest}</DigestValue></Reference></SignedInfo>\
             <SignatureValue>{value}</SignatureValue><KeyInfo><X509Data><X509Certificate>{}</X509Certificate>\
             </X509Data></KeyInfo></Signature>",
            key.method().uri(),
            DigestMethod::Sha256.uri(),
            STANDARD.encode(&key.certificates[0]),
        )
    };
    let with = plain.replace(MARK, &signature("AA=="));
    let document = Document::parse(with.as_bytes(), &Limits::default()).unwrap();
    let info = document.root().descendants().find(|node| node.is(DSIG, "SignedInfo")).unwrap();
    let info = canonical(info, prefixes, None, 1 << 20).unwrap();
    plain.replace(MARK, &signature(&STANDARD.encode(key.sign(info.as_bytes()).unwrap())))
}

fn digest(apex: Node<'_>, prefixes: &[&str], inclusive: bool) -> String {
    let form = if inclusive {
        Form::Inclusive { comments: false }
    } else {
        Form::Exclusive { prefixes, comments: false }
    };
    let bytes = canonical_as(apex, form, None, 1 << 20).unwrap();
    STANDARD.encode(DigestMethod::Sha256.of(bytes.as_bytes()))
}

fn declarations(chance: &mut Chance, all: bool) -> String {
    let mut out = String::new();
    for prefix in ["a", "b", "c"] {
        if all || chance.one_in(5) {
            out += &format!(" xmlns:{prefix}=\"{}\"", chance.pick(&["urn:1", "urn:2", "urn:3?x=(1)"]));
        }
    }
    if chance.one_in(4) {
        out += &format!(" xmlns='{}'", chance.pick(&["urn:1", "urn:2", "", "urn:4"]));
    }
    out
}

fn tree(chance: &mut Chance, depth: usize, out: &mut String) {
    for _ in 0..chance.below(4) {
        match chance.below(8) {
            0 => {
                *out += chance.pick(&[
                    "<!-- <&> -->",
                    "<?pi?>",
                    "<?pi  a b ?>",
                    "<![CDATA[<&]]>]]&gt;",
                    "<![CDATA[]]>",
                ])
            }
            1 | 2 => *out += &text(chance),
            _ => element(chance, depth, out),
        }
    }
}

fn element(chance: &mut Chance, depth: usize, out: &mut String) {
    let name = chance.pick(&["x", "y", "a:x", "b:y", "c:z"]);
    let declared = declarations(chance, false);
    // of the prefixed ones at most one, so that no two resolve to the same name
    let prefixed = chance.pick(&["", "", " a:m='1'", " b:m='&#13;&#9;'", " c:m='&lt;>'", " xml:lang='fr'"]);
    let plain = chance.pick(&["", " m='1'", " z=\"'\" k='\"\t'", " é='œ'"]);
    *out += &format!("<{name}{plain}{declared}{prefixed}");
    if depth > 4 || chance.one_in(3) {
        *out += "/>";
        return;
    }
    *out += ">";
    tree(chance, depth + 1, out);
    *out += &format!("</{name}>");
}

fn text(chance: &mut Chance) -> String {
    chance
        .pick(&["", " \n\t", "é&amp;&lt;&gt;&quot;&#39;", "&#13;\r\n\r", "a]]&gt;b", "\u{1F600}&#x1F600;"])
        .to_owned()
}
