//! The signature of a lot: read, held against the lot, and proved by who knows keys.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ihe::xds::iti41;
use ihe::xds::signature::{Canonicalisation, Keys, LotSignature, Method, Prover, Sent, SignatureError};
use ihe::xds::unique_id;
use xml::Node;

use crate::common::Root;
use crate::fixtures::*;

const CERTIFICATE: &[u8] = b"a certificate";
const SET: &str = "1.2.250.1.999.3.1";
const DOCUMENT: &str = "1.2.250.1.999.2.1";
const CONTENT: &[u8] = b"<ClinicalDocument/>";

fn sha1(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes))
}

fn reference(uri: &str, kind: &str, value: &str, transforms: &str) -> String {
    format!(
        r#"<ds:Reference URI="{uri}"{kind}>{transforms}<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"#
    )
}

fn manifest(set: &str, documents: &[(&str, &[u8])]) -> String {
    let transforms = r#"<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"/></ds:Transforms>"#;
    let documents: String = documents
        .iter()
        .map(|(id, bytes)| reference(&format!("urn:oid:{id}"), "", &sha1(bytes), transforms))
        .collect();
    format!(
        r#"<ds:Manifest Id="IHEManifest">{}{documents}</ds:Manifest>"#,
        reference(&format!("urn:oid:{set}"), "", "AA==", "")
    )
}

/// A signature in the published shape. Its canonical forms are the texts themselves: what is proved here is that
/// each piece is asked for.
fn signature(manifest: &str) -> String {
    let properties = format!(
        r#"<x:SignedProperties Id="S0-SignedProperties"><x:SignedSignatureProperties><x:SigningTime>2026-06-12T10:15:00+02:00</x:SigningTime><x:SigningCertificate><x:Cert><x:CertDigest><x:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><x:DigestValue>{}</x:DigestValue></x:CertDigest><x:IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></x:IssuerSerial></x:Cert></x:SigningCertificate><x:SignaturePolicyIdentifier><x:SignaturePolicyImplied/></x:SignaturePolicyIdentifier></x:SignedSignatureProperties></x:SignedProperties>"#,
        sha1(CERTIFICATE)
    );
    let signed_info = format!(
        r#"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"/><ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/>{}{}</ds:SignedInfo>"#,
        reference(
            "#IHEManifest",
            r#" Type="http://www.w3.org/2000/09/xmldsig#Manifest""#,
            &sha1(manifest.as_bytes()),
            ""
        ),
        reference(
            "#S0-SignedProperties",
            r#" Type="http://uri.etsi.org/01903/v1.1.1#SignedProperties""#,
            &sha1(properties.as_bytes()),
            ""
        ),
    );
    format!(
        r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:x="http://uri.etsi.org/01903/v1.1.1#" Id="1.2.3">{signed_info}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object><ds:SignatureProperties><ds:SignatureProperty Id="purposeOfSignature" Target="#1.2.3">1.2.840.10065.1.12.1.14</ds:SignatureProperty></ds:SignatureProperties></ds:Object><ds:Object>{manifest}</ds:Object><ds:Object><x:QualifyingProperties Target="#1.2.3">{properties}</x:QualifyingProperties></ds:Object></ds:Signature>"##,
        sha1(signed_info.as_bytes()),
        STANDARD.encode(CERTIFICATE),
    )
}

fn right() -> String {
    signature(&manifest(SET, &[(DOCUMENT, CONTENT)]))
}

fn sent(id: &str, content: &[u8]) -> Sent {
    let hash = |algorithm| digest(algorithm, content).as_ref().to_vec();
    Sent {
        unique_id: unique_id(id).unwrap(),
        sha1: hash(&SHA1_FOR_LEGACY_USE_ONLY).try_into().unwrap(),
        sha256: hash(&SHA256).try_into().unwrap(),
        canonical_sha1: None,
    }
}

fn covers(text: &str, set: &str, lot: &[Sent]) -> Result<usize, SignatureError> {
    let signature = LotSignature::decode(text.as_bytes())?;
    signature.covers(&unique_id(set).unwrap(), lot).map(|it| it.not_compared.len())
}

/// Texts stand for canonical forms, and a digest for a signature.
struct Texts(String);

impl Prover for Texts {
    fn canonical(&self, node: Node<'_>, form: Canonicalisation) -> Option<Vec<u8>> {
        let comments = matches!(form, Canonicalisation::Inclusive { comments: true });
        assert_eq!(comments, node.name().1 == "SignedInfo");
        self.0.get(node.range()).map(|it| it.as_bytes().to_vec())
    }

    fn is_signed(&self, method: Method, certificate: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
        method == Method::RsaSha1 && certificate == CERTIFICATE && sha1(bytes) == STANDARD.encode(signature)
    }
}

fn proved(text: &str) -> Result<(), SignatureError> {
    LotSignature::decode(text.as_bytes())?.prove(&Texts(text.to_owned()))
}

#[test]
fn a_published_shape_is_read() {
    let signature = LotSignature::decode(right().as_bytes()).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(Some(&signature.set), unique_id(SET).as_ref());
    assert_eq!(signature.documents.len(), 1);
    assert!(signature.documents[0].canonical && signature.is_legacy());
    assert_eq!(signature.certificate, CERTIFICATE);
    assert_eq!(signature.signing_time.as_deref(), Some("2026-06-12T10:15:00+02:00"));
}

#[test]
fn it_covers_the_lot_and_nothing_else() {
    let lot = [sent(DOCUMENT, CONTENT)];
    assert_eq!(covers(&right(), SET, &lot), Ok(0));
    assert_eq!(covers(&right(), "1.2.250.1.999.3.2", &lot), Err(SignatureError::OtherSet));
    let more = [sent(DOCUMENT, CONTENT), sent("1.2.4", b"x")];
    assert_eq!(covers(&right(), SET, &more), Err(SignatureError::NotCovered));
    assert_eq!(covers(&right(), SET, &[]), Err(SignatureError::NotSent));
    // other bytes under a canonical form: compared with the form where there is one
    let mut other = sent(DOCUMENT, b"<ClinicalDocument></ClinicalDocument>");
    assert_eq!(covers(&right(), SET, &[other.clone()]), Ok(1));
    other.canonical_sha1 = Some(sent(DOCUMENT, CONTENT).sha1);
    assert_eq!(covers(&right(), SET, &[other.clone()]), Ok(0));
    other.canonical_sha1 = Some([0; 20]);
    assert_eq!(covers(&right(), SET, &[other.clone()]), Err(SignatureError::OtherDocument));
    // without a transform the bytes are what was signed
    let text = right();
    let (start, end) = (text.find("<ds:Transforms>").unwrap(), text.find("</ds:Transforms>").unwrap() + 16);
    let bare = format!("{}{}", &text[..start], &text[end..]);
    assert_eq!(covers(&bare, SET, &lot), Ok(0));
    other.canonical_sha1 = None;
    assert_eq!(covers(&bare, SET, &[other]), Err(SignatureError::OtherDocument));
}

#[test]
fn every_signed_piece_counts() {
    assert_eq!(proved(&right()), Ok(()));
    for (before, after, error) in [
        (DOCUMENT, "1.2.250.1.999.2.2", SignatureError::Reference),
        (SET, "1.2.250.1.999.3.2", SignatureError::Reference),
        ("10:15:00", "10:15:01", SignatureError::Reference),
        ("#rsa-sha1\"/>", "#rsa-sha1\" />", SignatureError::NotProved),
    ] {
        assert_eq!(proved(&right().replace(before, after)), Err(error), "{after}");
    }
    let other = right().replace(&STANDARD.encode(CERTIFICATE), &STANDARD.encode(b"another"));
    assert_eq!(proved(&other), Err(SignatureError::OtherCertificate));
}

#[test]
fn other_shapes_are_refused() {
    let twice = manifest(SET, &[(DOCUMENT, CONTENT), (DOCUMENT, CONTENT)]);
    let two_sets = manifest(SET, &[])
        .replace("</ds:Manifest>", &format!("{}</ds:Manifest>", reference("urn:oid:1.2.3", "", "AA==", "")));
    let text = right();
    for wrong in [
        signature(&twice),
        signature(&two_sets),
        signature(
            &manifest(SET, &[(DOCUMENT, CONTENT)]).replace("urn:oid:1.2.250.1.999.2.1", "http://127.0.0.1/"),
        ),
        text.replace("Id=\"IHEManifest\"", "Id=\"S0-SignedProperties\""),
        text.replace("URI=\"#IHEManifest\"", "URI=\"\""),
        text.replace("#rsa-sha1", "#hmac-sha1"),
        text.replace("xmldsig#sha1", "xmldsig-more#md5"),
        text.replace("REC-xml-c14n-20010315#WithComments", "REC-xslt-19991116"),
        text.replace("01903/v1.1.1#", "01903/v9#"),
        text.replace("<ds:KeyInfo>", "<ds:KeyInfo><ds:X509Data/>"),
        text.replace("ds:SignatureValue", "ds:Value"),
        text.replace("<ds:Object>", "<ds:Object><ds:Manifest Id=\"other\"/>"),
        format!("<!DOCTYPE x>{text}"),
        String::new(),
        "<x/>".into(),
    ] {
        assert!(LotSignature::decode(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_lot_may_bear_its_signature() {
    let signed = entry("Signature01", "1.2.250.1.999.2.9")
        .replace("nodeRepresentation=\"11488-4\"", "nodeRepresentation=\"E1762\"")
        .replace(">2.16.840.1.113883.6.1<", ">ASTM<")
        .replace("nodeRepresentation=\"10\"", "nodeRepresentation=\"urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1\"")
        .replace(">1.2.250.1.213.1.1.4.1<", ">URN<")
        .replace(
            "nodeRepresentation=\"urn:asipSante:modelesHorsProfils:2011\"",
            "nodeRepresentation=\"http://www.w3.org/2000/09/xmldsig#\"",
        )
        .replace(">fr-FR<", ">art<");
    let signs = association("urn:ihe:iti:2007:AssociationType:signs", "Signature01", "Set01", "");
    let lot = |more: &str| {
        let objects = format!(
            "{}{}{signed}{}{}{more}",
            set(),
            entry("Document01", DOCUMENT),
            member("Document01"),
            member("Signature01")
        );
        iti41::decode(&parse(&provide(&objects, &["Document01", "Signature01"])).root(), 0)
    };
    let provided = lot(&signs).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(provided.submission.documents.len(), 1);
    let draft = provided.submission.signature.as_ref().unwrap();
    assert!(draft.signs_set && draft.signs.is_empty());
    let mut parts = iti41::Parts::of(&provided);
    assert_eq!(parts.take("Signature01@x"), Ok(iti41::Which::Signature));
    assert!(lot("").err().unwrap().to_string().contains("signs"));
}

/// A signature by a real key: digests of canonical forms, where they stand in the document.
fn by_key() -> String {
    let key = Root::new("root").key("1750100125", xml::signature::SignatureMethod::EcdsaSha256);
    let certificate = &key.certificates[0];
    let ds = "http://www.w3.org/2000/09/xmldsig#";
    let form = |text: &str, name: &str| {
        let document = parse(text);
        let node = document.root().descendants().find(|it| it.name().1 == name).unwrap();
        Keys.canonical(node, Canonicalisation::Inclusive { comments: name == "SignedInfo" }).unwrap()
    };
    let text = right()
        .replace(
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        )
        .replace(&STANDARD.encode(CERTIFICATE), &STANDARD.encode(certificate))
        .replace(&sha1(CERTIFICATE), &sha1(certificate))
        .replace("<ds:Manifest ", "<ds:Manifest\n  ");
    let digests: Vec<String> = parse(&text)
        .root()
        .child(ds, "SignedInfo")
        .unwrap()
        .children_named(ds, "Reference")
        .map(|it| it.child(ds, "DigestValue").unwrap().text().into_owned())
        .collect();
    let text = text
        .replace(&digests[0], &sha1(&form(&text, "Manifest")))
        .replace(&digests[1], &sha1(&form(&text, "SignedProperties")));
    let value = xml::signature::SigningKey::sign(&key, &form(&text, "SignedInfo")).unwrap();
    let (start, end) =
        (text.find("<ds:SignatureValue>").unwrap() + 19, text.find("</ds:SignatureValue>").unwrap());
    format!("{}{}{}", &text[..start], STANDARD.encode(value), &text[end..])
}

#[test]
fn a_key_proves_a_lot() {
    let text = by_key();
    let proved = |text: &str| LotSignature::decode(text.as_bytes())?.prove(&Keys);
    assert_eq!(proved(&text), Ok(()));
    assert_eq!(covers(&text, SET, &[sent(DOCUMENT, CONTENT)]), Ok(0));
    assert_eq!(proved(&text.replace("10:15:00", "10:15:01")), Err(SignatureError::Reference));
    assert_eq!(proved(&text.replace(DOCUMENT, "1.2.250.1.999.2.2")), Err(SignatureError::Reference));
    assert_eq!(proved(&text.replace("#ecdsa-sha256", "#rsa-sha256")), Err(SignatureError::NotProved));
    // the same, written otherwise: the canonical form is what was signed
    assert_eq!(proved(&text.replace("<ds:Manifest\n  ", "<ds:Manifest ")), Ok(()));
    // another's signature over the same
    let other = by_key();
    let value = |text: &str| {
        let (start, end) =
            (text.find("<ds:SignatureValue>").unwrap(), text.find("</ds:SignatureValue>").unwrap());
        text[start..end].to_owned()
    };
    assert_eq!(proved(&text.replace(&value(&text), &value(&other))), Err(SignatureError::NotProved));
}
