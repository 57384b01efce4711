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
