//! What comes back over SOAP: envelopes, alone or with parts, and what tests look for in them.

use ihe::soap::{ADDRESSING, ENVELOPE};
use xml::{Document as Xml, Limits};

use crate::common::client::Answer;

/// What an answer says, read.
pub struct Said(Xml);

impl Answer {
    /// The envelope, alone or the first part.
    #[track_caller]
    pub fn envelope(&self) -> Said {
        let kind = self.header("content-type").unwrap();
        let bytes = match kind.starts_with("multipart/related") {
            false => self.body.clone(),
            true => self.parts().remove(0).1,
        };
        let parsed = Xml::parse(&bytes, &Limits::default());
        Said(parsed.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes))))
    }

    /// The parts of an MTOM answer: Content-ID and bytes.
    #[track_caller]
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        use ihe::mtom::{ContentType, Event, Limits, Related, Splitter};
        let kind = ContentType::parse(self.header("content-type").unwrap()).unwrap();
        let mut splitter = Splitter::new(&Related::of(&kind).unwrap().unwrap(), Limits::default());
        splitter.push(&self.body);
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        while let Some(event) = splitter.next().unwrap() {
            match event {
                Event::Part(head) => parts.push((head.content_id, Vec::new())),
                Event::Bytes(bytes) => parts.last_mut().unwrap().1.extend(bytes),
                Event::PartEnd | Event::End => {}
            }
        }
        splitter.finish().unwrap();
        parts
    }

    /// The status of the response in it: `Success`, `Failure` …
    #[track_caller]
    pub fn says(self, status: &str) -> Self {
        let found = self.must(200);
        let said = found.envelope().status();
        assert_eq!(said, status, "{}", found.text());
        found
    }

    /// A failure with an error of this code.
    #[track_caller]
    pub fn errs(self, code: &str) -> Self {
        let found = self.must(200);
        let codes = found.envelope().errors();
        assert!(codes.iter().any(|it| it == code), "{code}, not {codes:?}: {}", found.text());
        found
    }

    /// A fault whose subcode is this.
    #[track_caller]
    pub fn faults(self, status: u16, subcode: &str) -> Self {
        let found = self.must(status);
        let text = found.text();
        assert!(text.contains("Fault>") && text.contains(subcode), "{subcode}: {text}");
        found
    }
}

impl Said {
    pub fn header(&self, name: &str) -> String {
        let header = self.0.root().child(ENVELOPE, "Header").unwrap();
        header.child(ADDRESSING, name).map(|it| it.text().into_owned()).unwrap_or_default()
    }

    fn all(&self, name: &str) -> Vec<xml::Node<'_>> {
        self.0.root().descendants().filter(|it| it.name().1 == name).collect()
    }

    pub fn status(&self) -> String {
        let response = self
            .0
            .root()
            .descendants()
            .find(|it| ["RegistryResponse", "AdhocQueryResponse"].contains(&it.name().1));
        let status = response.and_then(|it| it.attribute("status").map(str::to_owned)).unwrap_or_default();
        status.rsplit(':').next().unwrap_or_default().to_owned()
    }

    /// How a service of the DMP says that a call ended: `AA`, or `DMPOk`.
    pub fn word(&self) -> String {
        let acknowledged =
            self.all("acknowledgement").first().and_then(|it| it.attribute("typeCode").map(str::to_owned));
        let status = || self.all("status").first().map(|it| it.text().into_owned());
        acknowledged.or_else(status).unwrap_or_default()
    }

    /// Why a service of the DMP refuses: `DMPForbidden`.
    pub fn refusal(&self) -> String {
        let detail = self.all("acknowledgementDetail").first().and_then(|it| {
            it.children().find(|it| it.name().1 == "code")?.attribute("code").map(str::to_owned)
        });
        detail.unwrap_or_else(|| self.word())
    }

    /// The text of the first of these elements.
    pub fn text(&self, name: &str) -> String {
        self.all(name).first().map(|it| it.text().into_owned()).unwrap_or_default()
    }

    /// The codes of these elements.
    pub fn codes(&self, name: &str) -> Vec<String> {
        self.all(name).iter().filter_map(|it| it.attribute("code").map(str::to_owned)).collect()
    }

    pub fn errors(&self) -> Vec<String> {
        self.all("RegistryError")
            .iter()
            .filter_map(|it| it.attribute("errorCode").map(str::to_owned))
            .collect()
    }

    /// Of each entry: entryUUID, logicalId, uniqueId.
    pub fn entries(&self) -> Vec<(String, String, String)> {
        let of = |it: &xml::Node<'_>| {
            let unique = it.children().find(|it| {
                it.name().1 == "ExternalIdentifier"
                    && it.attribute("identificationScheme")
                        == Some("urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab")
            });
            let value = unique.and_then(|it| it.attribute("value").map(str::to_owned)).unwrap_or_default();
            let text = |name| it.attribute(name).unwrap_or_default().to_owned();
            (text("id"), text("lid"), value)
        };
        self.all("ExtrinsicObject").iter().map(of).collect()
    }

    pub fn unique_ids(&self) -> Vec<String> {
        let mut all: Vec<_> = self.entries().into_iter().map(|it| it.2).collect();
        all.sort();
        all
    }

    pub fn count(&self, name: &str) -> usize {
        self.all(name).len()
    }
}
