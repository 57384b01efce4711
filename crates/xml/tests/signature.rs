//! Signatures: what is accepted, and everything that is refused before cryptography counts (abuse cases B).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Key, Known, Root};
use xml::signature::{SignatureError, SignatureMethod, Signed, sign, verify};
use xml::{Document, Limits};

const PLAIN: &str = r#"<s:Assertion xmlns:s="urn:saml" ID="a1"><s:Issuer>x</s:Issuer><s:Name b="1">Zoé &amp; 1 &gt; 0</s:Name></s:Assertion>"#;

fn key() -> Key {
    Root::new("root").key("1750100125", SignatureMethod::RsaSha256)
}

fn check(source: &str, key: &Key) -> Result<Signed, SignatureError> {
    check_at(source, key, &[])
}

fn check_at(source: &str, key: &Key, path: &[&str]) -> Result<Signed, SignatureError> {
    let document = Document::parse(source.as_bytes(), &Limits::default()).unwrap();
    let element = path
        .iter()
        .fold(document.root(), |node, local| node.children().find(|it| it.name().1 == *local).unwrap());
    verify(element, "ID", &Limits::default(), &Known::only(key))
}

#[test]
fn each_method_signs_and_is_accepted() {
    let root = Root::new("root");
    for method in [
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha384,
        SignatureMethod::RsaSha512,
        SignatureMethod::EcdsaSha256,
        SignatureMethod::EcdsaSha384,
    ] {
        let key = root.key("1750100125", method);
        let signed = sign(PLAIN, "ID", &key).unwrap();
        let read = check(&signed, &key).unwrap();
        assert_eq!((read.method(), read.id()), (method, "a1"));
        assert_eq!(read.certificate().common_name(), Some("1750100125"));
        let names: Vec<_> = read.document().root().children().map(|it| it.name().1.to_owned()).collect();
        assert_eq!(names, ["Issuer", "Name"], "the signature itself is not read");
        assert_eq!(read.document().root().child("urn:saml", "Name").unwrap().text(), "Zoé & 1 > 0");
    }
}

#[test]
fn what_stands_around_does_not_matter_and_what_stands_inside_does() {
    let key = key();
    let signed = sign(PLAIN, "ID", &key).unwrap();
    let around = format!(
        "<e:E xmlns:e=\"urn:e\" xmlns=\"urn:default\" xmlns:s=\"urn:other\"><e:H>{signed}</e:H></e:E>"
    );
    assert!(check_at(&around, &key, &["H", "Assertion"]).is_ok());
    let changed = signed.replace("b=\"1\"", "b=\"2\"");
    assert_eq!(check(&changed, &key).unwrap_err(), SignatureError::Digest);
}

/// One change of a signed document, and what it is refused for. Each is made before any cryptography counts: the
/// digest and the signature of these documents are right, or the change is told first.
#[test]
fn what_is_not_of_the_one_form_is_refused_for_it() {
    use SignatureError::{Algorithm, Certificate, Digest, Grammar, Missing, Reference, Remark, Signature};
    let key = key();
    let signed = sign(PLAIN, "ID", &key).unwrap();
    let c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let transform = format!("<ds:Transform Algorithm=\"{c14n}\"/>");
    let cases: &[(&str, &str, SignatureError)] = &[
        // B01
        ("ds:Signature", "ds:Nothing", Missing),
        ("<ds:SignatureValue>", "<ds:Other/><ds:SignatureValue>", Grammar),
        // B08
        ("Zoé", "Z<!---->oé", Remark),
        ("Zoé", "Z<?x?>oé", Remark),
        ("<ds:DigestValue>", "<ds:DigestValue><!-- -->", Remark),
        // B09
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Algorithm,
        ),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5", Algorithm),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256", Algorithm),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            Algorithm,
        ),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "", Algorithm),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256", Algorithm),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha512", Signature),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1", Algorithm),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5", Algorithm),
        ("xmlenc#sha256", "xmlenc#sha512", Digest),
        (
            "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>",
            "",
            Grammar,
        ),
        // B10
        ("xmldsig#enveloped-signature", "xmldsig#base64", Grammar),
        (&transform, "", Grammar),
        (&transform, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>", Grammar),
        (&transform, &format!("{transform}{transform}"), Grammar),
        (&transform, &format!("<ds:Transform Algorithm=\"{c14n}WithComments\"/>"), Grammar),
        (&transform, &format!("<ds:Transform Algorithm=\"{c14n}\">x</ds:Transform>"), Grammar),
        (
            &transform,
            &format!("<ds:Transform Algorithm=\"{c14n}\"><ds:XPath>1</ds:XPath></ds:Transform>"),
            Grammar,
        ),
        ("URI=\"#a1\"", "URI=\"\"", Reference),
        ("URI=\"#a1\"", "", Reference),
        ("URI=\"#a1\"", "URI=\"#other\"", Reference),
        ("URI=\"#a1\"", "URI=\"http://localhost/a1\"", Reference),
        ("URI=\"#a1\"", "URI=\"#xpointer(id('a1'))\"", Reference),
        ("URI=\"#a1\"", "URI=\"#a1\" Type=\"urn:t\"", Grammar),
        ("</ds:Reference>", "</ds:Reference><ds:Reference URI=\"#a1\"/>", Grammar),
        ("</ds:Transforms>", "</ds:Transforms>text", Grammar),
        ("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>a</ds:KeyName>", Grammar),
        ("<ds:KeyInfo>", "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://localhost/\"/>", Grammar),
        ("<ds:X509Data>", "<ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName>", Grammar),
        (
            "<ds:X509Certificate>",
            "<ds:X509Certificate>QUJD</ds:X509Certificate><ds:X509Certificate>",
            Grammar,
        ),
        ("<ds:X509Certificate>", "<ds:X509Certificate>*", Grammar),
        ("<ds:X509Certificate>", "<ds:X509Certificate>QUJD", Certificate),
        ("</ds:Signature>", "<ds:Object/></ds:Signature>", Grammar),
        // ids
        ("<s:Name ", "<s:Name ID=\"a1\" ", Reference),
        ("<s:Name ", "<s:Name xml:id=\"a1\" ", Reference),
        ("<s:Name ", "<s:Name xmlns:u=\"urn:u\" u:Id=\"a1\" ", Reference),
        ("<s:Issuer>x", "<s:Issuer Id=\"b\"><y id=\"b\"/>x", Reference),
        ("ID=\"a1\"", "ID=\"a1'\"", Reference),
        ("ID=\"a1\"", "", Reference),
        ("xmlns:s=\"urn:saml\"", "xmlns:s=\"urn:saml\" xmlns:r=\"r\"", Grammar),
        // libxml2 stops at one anywhere
        ("<ds:KeyInfo>", "<ds:KeyInfo xmlns:r=\"r\">", Grammar),
        // what only cryptography tells
        ("Zoé", "Zoe", Digest),
        ("<ds:DigestValue>", "<ds:DigestValue>AAAA", Digest),
    ];
    for (from, to, why) in cases {
        let changed = signed.replace(from, to);
        assert_ne!(changed, signed, "{from}");
        assert_eq!(check(&changed, &key).map(|_| ()), Err(*why), "{from} to {to}");
    }
    assert_eq!(check(PLAIN, &key).unwrap_err(), Missing);
}

#[test]
fn a_signature_counts_for_the_element_around_it_alone() {
    let key = key();
    let signed = sign(PLAIN, "ID", &key).unwrap();
    let start = signed.find("<ds:Signature ").unwrap();
    let end = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let (signature, without) = (&signed[start..end], format!("{}{}", &signed[..start], &signed[end..]));
    let deeper = without.replace("</s:Name>", &format!("{signature}</s:Name>"));
    assert_eq!(check(&deeper, &key).unwrap_err(), SignatureError::Grammar);
    let beside = format!("<e>{without}{signature}</e>");
    assert_eq!(check_at(&beside, &key, &["Assertion"]).unwrap_err(), SignatureError::Grammar);
    let around = format!("<e ID=\"b\">{signed}</e>");
    assert_eq!(check(&around, &key).unwrap_err(), SignatureError::Grammar);
    let twice = format!("<e>{signed}{signature}</e>");
    assert_eq!(check_at(&twice, &key, &["Assertion"]).unwrap_err(), SignatureError::Grammar);
}

#[test]
fn the_key_is_the_certificates_and_the_certificate_is_the_callers_to_trust() {
    let root = Root::new("root");
    let (ours, theirs) =
        (root.key("a", SignatureMethod::EcdsaSha256), root.key("a", SignatureMethod::EcdsaSha256));
    let signed = sign(PLAIN, "ID", &ours).unwrap();
    // B03: the same subject, another certificate
    assert_eq!(check(&signed, &theirs).unwrap_err(), SignatureError::Untrusted);
    // a trusted certificate in place of the one that signed
    let mixed =
        Key { certificates: theirs.certificates.clone(), ..root.key("a", SignatureMethod::EcdsaSha256) };
    let signed = sign(PLAIN, "ID", &mixed).unwrap();
    assert_eq!(check(&signed, &theirs).unwrap_err(), SignatureError::Signature);
    // nothing rides along: another reader may stumble over it
    let signed = sign(PLAIN, "ID", &ours).unwrap();
    let start = signed.find("<ds:X509Certificate>").unwrap();
    let end = signed.find("</ds:X509Data>").unwrap();
    let mut twice = signed.clone();
    twice.insert_str(end, &signed[start..end]);
    assert_eq!(check(&twice, &ours).unwrap_err(), SignatureError::Grammar);
}

#[test]
fn a_small_rsa_key_is_refused() {
    let Some(openssl) = common::tool("openssl") else { return };
    let folder = common::folder("small");
    let made = std::process::Command::new(openssl)
        .args(["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=small", "-outform", "DER"])
        .args(["-keyout", "key.pem", "-out", "small.der"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut small = key();
    small.certificates = vec![std::fs::read(folder.join("small.der")).unwrap()];
    let signed = sign(PLAIN, "ID", &small).unwrap();
    assert_eq!(check(&signed, &small).unwrap_err(), SignatureError::WeakKey);
}

/// The primitives that the signature of a lot is proved with.
#[test]
fn a_certificate_says_whether_its_key_signed() {
    let key = key();
    let certificate = xml::signature::Certificate::parse(&key.certificates[0]).unwrap();
    let value = xml::signature::SigningKey::sign(&key, b"lot").unwrap();
    assert!(certificate.signed(SignatureMethod::RsaSha256, b"lot", &value));
    assert!(!certificate.signed(SignatureMethod::RsaSha256, b"lots", &value));
    assert!(!certificate.signed(SignatureMethod::EcdsaSha256, b"lot", &value));
    assert!(!certificate.signed_with_sha1(b"lot", &value));
    let Some(openssl) = common::tool("openssl") else { return };
    let folder = common::folder("sha1");
    std::fs::write(folder.join("key.pem"), &key.key_pem).unwrap();
    std::fs::write(folder.join("lot"), b"lot").unwrap();
    let made = std::process::Command::new(openssl)
        .args(["dgst", "-sha1", "-sign", "key.pem", "-out", "value", "lot"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let value = std::fs::read(folder.join("value")).unwrap();
    assert!(certificate.signed_with_sha1(b"lot", &value));
    assert!(!certificate.signed_with_sha1(b"lots", &value));
    assert!(!certificate.signed(SignatureMethod::RsaSha256, b"lot", &value));
}
