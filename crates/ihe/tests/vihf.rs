//! The VIHF: what is read of a right one, and every way of abuse-cases B to be a wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "vihf/abuse.rs"]
mod abuse;
#[path = "../../xml/tests/common/mod.rs"]
mod common;
#[path = "vihf/others.rs"]
mod others;
#[path = "vihf/right.rs"]
mod right;

use common::{Key, Known, Root};
use ihe::soap::{Operation, Request, Transport, decode, envelope};
use ihe::vihf::{Claims, Expected, Mode, PracticeSoftware, Role, Version, Vihf, VihfError, read, write};
use model::{Ins, InsAuthority, Instant, Profession, Purpose};
use xml::signature::{SignatureMethod, sign};
use xml::{Document, Limits};

static ASK: Operation = Operation { action: "urn:ask", reply: "urn:answer", body: ("urn:t", "Ask") };
const NOW: Instant = Instant::from_millis(1_795_325_400_000);
const PERSON: &str = "899700366240";
const SECURITY: &str = ihe::soap::SECURITY;

/// A doctor with a card, and one assertion of theirs.
struct Scene {
    root: Root,
    key: Key,
    claims: Claims,
}

impl Scene {
    fn new() -> Self {
        let root = Root::new("root");
        let key = root.key(PERSON, SignatureMethod::EcdsaSha256);
        Self { root, key, claims: claims() }
    }

    fn signed(&self) -> String {
        write(&self.claims, &self.key).unwrap()
    }

    /// The assertion with one change, signed rightly afterwards: only its content is wrong.
    fn signed_with(&self, from: &str, to: &str) -> String {
        let unsigned = unsigned(&self.signed());
        let changed = unsigned.replace(from, to);
        assert_ne!(changed, unsigned, "{from}");
        sign(&changed, "ID", &self.key).unwrap()
    }

    fn read(&self, assertions: &str) -> Result<Vihf, VihfError> {
        self.read_at(assertions, &Expected::at(NOW))
    }

    fn read_at(&self, assertions: &str, expected: &Expected<'_>) -> Result<Vihf, VihfError> {
        let request = request(assertions);
        read(request.security().unwrap(), expected, &Known::only(&self.key))
    }
}

fn claims() -> Claims {
    Claims {
        id: "_0b6f7c1e".into(),
        issued: NOW,
        not_on_or_after: Instant::from_millis(NOW.as_millis() + 300_000),
        version: Version::V3,
        mode: Mode::Direct,
        person: PERSON.parse().unwrap(),
        person_name: "Inès Fabre".into(),
        organisation: "10B0172805".parse().unwrap(),
        sector: "SA07".into(),
        role: Role::Profession { profession: Profession::health("10"), detail: Some("SM26".into()) },
        patient: Some(Ins::new(InsAuthority::Test, "279035121518989").unwrap()),
        purpose: Purpose::Normal,
        hidden_from_representatives: false,
        software: PracticeSoftware {
            name: "Cabinet & Co".into(),
            version: Some("4.2".into()),
            installation: Some("i-1".into()),
            homologation: "CAB-1".into(),
        },
        class: "SmartcardPKI".into(),
        declaration: None,
    }
}

/// The assertion without its signature.
fn unsigned(signed: &str) -> String {
    let start = signed.find("<ds:Signature ").unwrap();
    let end = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    format!("{}{}", &signed[..start], &signed[end..])
}

fn signature(signed: &str) -> &str {
    let start = signed.find("<ds:Signature ").unwrap();
    let end = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    &signed[start..end]
}

/// A whole message with these assertions, as text, in its security header.
fn message(security: &str) -> String {
    let plain = envelope(
        "urn:ask",
        "https://localhost/xds/registry",
        "urn:uuid:1",
        |writer| {
            writer.start("w:Security").attribute("xmlns:w", SECURITY);
            writer.attribute("env:mustUnderstand", "true").text("HERE").end();
        },
        |writer| {
            writer.start("t:Ask").attribute("xmlns:t", "urn:t").end();
        },
    );
    plain.unwrap().replace("HERE", security)
}

fn request(security: &str) -> Request {
    decode(message(security).as_bytes(), &Transport::default(), &[&ASK]).unwrap()
}

fn parse(source: &str) -> Document {
    Document::parse(source.as_bytes(), &Limits::default()).unwrap()
}
