//! The signature of a lot: XAdES beside the documents, checked, kept, and counted where it is of the old kind.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine};
use ihe::xds::signature::{Canonicalisation, Keys, Prover};
use xml::signature::SigningKey;
use xml::{Document as Xml, Limits};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::Client;
use crate::common::scene::Scene;
use crate::common::soap::*;

const SHA1_URI: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const SHA256_URI: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// How a signature digests.
#[derive(Clone, Copy)]
struct Digest(&'static Algorithm, &'static str);

impl Digest {
    fn of(self, bytes: &[u8]) -> String {
        BASE64_STANDARD.encode(digest(self.0, bytes))
    }

    fn reference(self, uri: &str, kind: &str, value: &str) -> String {
        format!(
            r#"<ds:Reference URI="{uri}"{kind}><ds:DigestMethod Algorithm="{}"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"#,
            self.1
        )
    }
}

fn canonical(text: &str, name: &str) -> Vec<u8> {
    let document = Xml::parse(text.as_bytes(), &Limits::default()).unwrap();
    let node = document.root().descendants().find(|it| it.name().1 == name).unwrap();
    Keys.canonical(node, Canonicalisation::Inclusive { comments: false }).unwrap()
}

/// XAdES over a manifest of the set and its document, by this card.
fn signature(card: &Card, digest: Digest, set: &str, document: &Document) -> String {
    let certificate = &card.certificates()[0];
    let manifest = format!(
        r#"<ds:Manifest Id="IHEManifest">{}{}</ds:Manifest>"#,
        digest.reference(&format!("urn:oid:{set}"), "", "AA=="),
        digest.reference(&document.unique_id, "", &digest.of(&document.bytes)),
    );
    let properties = format!(
        r#"<x:SignedProperties Id="Properties"><x:SignedSignatureProperties><x:SigningTime>2026-11-20T09:15:00Z</x:SigningTime><x:SigningCertificate><x:Cert><x:CertDigest><x:DigestMethod Algorithm="{}"/><x:DigestValue>{}</x:DigestValue></x:CertDigest><x:IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></x:IssuerSerial></x:Cert></x:SigningCertificate><x:SignaturePolicyIdentifier><x:SignaturePolicyImplied/></x:SignaturePolicyIdentifier></x:SignedSignatureProperties></x:SignedProperties>"#,
        digest.1,
        digest.of(certificate)
    );
    let whole = |of_manifest: &str, of_properties: &str, value: &str| {
        let info = format!(
            r#"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>{}{}</ds:SignedInfo>"#,
            digest.reference(
                "#IHEManifest",
                r#" Type="http://www.w3.org/2000/09/xmldsig#Manifest""#,
                of_manifest
            ),
            digest.reference(
                "#Properties",
                r#" Type="http://uri.etsi.org/01903/v1.1.1#SignedProperties""#,
                of_properties
            ),
        );
        format!(
            r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:x="http://uri.etsi.org/01903/v1.1.1#" Id="S">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object><ds:SignatureProperties><ds:SignatureProperty Id="purposeOfSignature" Target="#S">1.2.840.10065.1.12.1.14</ds:SignatureProperty></ds:SignatureProperties></ds:Object><ds:Object>{manifest}</ds:Object><ds:Object><x:QualifyingProperties Target="#S">{properties}</x:QualifyingProperties></ds:Object></ds:Signature>"##,
            BASE64_STANDARD.encode(certificate)
        )
    };
    let draft = whole("AA==", "AA==", "AA==");
    let of = |name: &str| digest.of(&canonical(&draft, name));
    let (of_manifest, of_properties) = (of("Manifest"), of("SignedProperties"));
    let draft = whole(&of_manifest, &of_properties, "AA==");
    let value = BASE64_STANDARD.encode(card.sign(&canonical(&draft, "SignedInfo")).unwrap());
    whole(&of_manifest, &of_properties, &value)
}

/// A lot of one document and the signature of both; `spoil` has the last word on the signature.
fn lot(house: &Speaker<'_>, person: &Person, how: Digest, spoil: impl Fn(String) -> String) -> Lot {
    let document = Document::text();
    let mut signs = Document::file("text/xml", b"");
    signs.kind = ("ASTM".into(), "E1762".into());
    signs.class = "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1".into();
    signs.format.1 = "http://www.w3.org/2000/09/xmldsig#".into();
    let relation = association("urn:ihe:iti:2007:AssociationType:signs", "Document02", "Set01", &[]);
    let mut lot = Lot::new(&house.actor, person, &[document.clone(), signs], &relation);
    let at = lot.body.find(r#"<rim:ExtrinsicObject id="Document02""#).unwrap();
    let (before, after) = lot.body.split_at(at);
    let after = after.replacen("1.2.250.1.213.1.1.4.1<", "URN<", 1).replacen("fr-FR<", "art<", 1);
    lot.body = format!("{before}{after}");
    let (before, _) = lot
        .body
        .split_once(r#""><rim:Name><rim:LocalizedString value="XDSSubmissionSet.uniqueId"/>"#)
        .unwrap();
    let set = before.rsplit_once('"').unwrap().1;
    lot.parts[1].1 = spoil(signature(&house.card, how, set, &document)).into_bytes();
    lot
}

#[test]
fn a_signed_lot_is_taken_and_the_old_kind_is_counted() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(96);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let administrator = demo.actor_where(|it| it["cert"].as_str().unwrap().contains("administrator-1"));
    let steering = Client::new(&demo, "steer", Some(&administrator));
    let counted = || steering.get("/service").must(200).json()["legacySignatures"].as_u64().unwrap();
    let (new, old) = (Digest(&SHA256, SHA256_URI), Digest(&SHA1_FOR_LEGACY_USE_ONLY, SHA1_URI));

    let answer = hospital.provide_lot(&person, &lot(&hospital, &person, new, |it| it)).says("Success");
    assert_eq!(answer.envelope().errors(), Vec::<String>::new(), "nothing to warn of");
    assert_eq!((scene.total(&person), counted()), (1, 0));
    let legacy = lot(&hospital, &person, old, |it| it);
    let answer = hospital.provide_lot(&person, &legacy).must(200);
    assert!(answer.text().contains("SHA-1"), "{}", answer.text());
    hospital.provide_lot(&person, &legacy).must(200);
    assert_eq!((scene.total(&person), counted()), (2, 1), "the same lot again is no other");

    // of what was changed after it was signed, nothing is taken
    let spoilt = lot(&hospital, &person, new, |it| it.replace("09:15:00", "09:15:01"));
    hospital.provide_lot(&person, &spoilt).errs("InvalidDocumentContent");
    let mut other = lot(&hospital, &person, new, |it| it);
    other.parts[0].1.push(b'.');
    hospital.provide_lot(&person, &other).errs("InvalidDocumentContent");
    assert_eq!((scene.total(&person), counted()), (2, 1));
    demo.verified();
}
