//! The header of a CDA document (HL7 CDA R2, the French header of the CI-SIS), as written.
//!
//! Values stay strings: a document may say what the words of `model` do not allow, and the
//! depositor must then be told which, by the room that compares.

mod body;
mod circumstances;
mod error;
mod patient;
pub(crate) mod walk;

use std::fmt;

use jiff::civil::Date;
use xml::{Document, Limits, Node};

pub use body::{Attachment, CdaLevel};
pub use circumstances::{Circumstances, circumstances};
pub use error::CdaError;
pub use patient::CdaPatient;

use walk::{attribute, code, identifier, one, optional, required};

/// The namespace of CDA documents.
pub const HL7: &str = "urn:hl7-org:v3";
/// The namespace of the stylesheet that may carry one.
const XSLT: &str = "http://www.w3.org/1999/XSL/Transform";

/// An HL7 `II`. Its extension may be a person's number: it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct InstanceIdentifier {
    /// OID or UUID of the authority, or of the object when there is no extension.
    pub root: String,
    /// Identifier within the root.
    pub extension: Option<String>,
}

impl fmt::Debug for InstanceIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extension = if self.extension.is_some() { "^…" } else { "" };
        write!(f, "InstanceIdentifier({}{extension})", self.root)
    }
}

/// An HL7 `CE`: a code, the OID of its system, its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// `@code`.
    pub code: String,
    /// `@codeSystem`, an OID.
    pub system: String,
    /// `@displayName`.
    pub display: Option<String>,
}

/// How the file holds the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CdaForm {
    /// `ClinicalDocument` is the root.
    Plain,
    /// "Auto-présentable": an XSLT stylesheet is the root and holds the document.
    SelfPresenting,
}

/// Who wrote the document. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct CdaAuthor {
    /// `assignedAuthor/id`.
    pub ids: Vec<InstanceIdentifier>,
    /// Family name of the person, or name of the device.
    pub family: Option<String>,
    /// Given name of the person.
    pub given: Option<String>,
    /// `assignedAuthor/code`: profession or specialty.
    pub specialty: Option<Coded>,
    /// `representedOrganization/id`.
    pub organization_ids: Vec<InstanceIdentifier>,
    /// `representedOrganization/name`.
    pub organization: Option<String>,
}

impl fmt::Debug for CdaAuthor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CdaAuthor(…)")
    }
}

/// Who keeps the document: `custodian/assignedCustodian/representedCustodianOrganization`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custodian {
    /// `id`.
    pub ids: Vec<InstanceIdentifier>,
    /// `name`.
    pub name: Option<String>,
}

/// What a CDA document says of itself. Prints neither title nor people.
#[derive(Clone, PartialEq, Eq)]
pub struct CdaHeader {
    /// `ClinicalDocument/id`: the document's uniqueId.
    pub id: InstanceIdentifier,
    /// `setId`: shared by the versions of one document.
    pub set_id: Option<InstanceIdentifier>,
    /// `versionNumber/@value`.
    pub version_number: Option<String>,
    /// `code`: the type of document.
    pub code: Coded,
    /// `title`.
    pub title: Option<String>,
    /// `effectiveTime/@value`: when it was written, an HL7 TS.
    pub effective_time: String,
    /// `confidentialityCode/@code`.
    pub confidentiality: Option<String>,
    /// `languageCode/@code`.
    pub language: Option<String>,
    /// `templateId` of the header, in order: which models it follows.
    pub template_ids: Vec<InstanceIdentifier>,
    /// The one `recordTarget`.
    pub patient: CdaPatient,
    /// `custodian`.
    pub custodian: Custodian,
    /// Every `author`, in order.
    pub authors: Vec<CdaAuthor>,
    /// The document this one replaces (`relatedDocument[@typeCode='RPLC']`).
    pub replaces: Option<InstanceIdentifier>,
    /// Structured or not, and what an unstructured one holds.
    pub level: CdaLevel,
    /// Whether a stylesheet is wrapped around it.
    pub form: CdaForm,
    /// When the first documented act began, an HL7 TS.
    pub service_start: Option<String>,
    /// When it ended, an HL7 TS.
    pub service_stop: Option<String>,
    /// Whether an `xml-stylesheet` instruction asks for a rendering. Never followed (F04).
    pub stylesheet: bool,
}

impl fmt::Debug for CdaHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CdaHeader")
            .field("code", &self.code.code)
            .field("template_ids", &self.template_ids)
            .field("level", &self.level)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// A document that was read whole: its header and what it encloses.
pub(crate) struct Read {
    pub(crate) header: CdaHeader,
    pub(crate) attachments: Vec<Attachment>,
}

/// Reads the header of a CDA document, plain or self-presenting. Rules W2 and F07 as far as
/// the document alone can tell: one patient, identifiers with their authority, one INS.
pub fn read_cda(bytes: &[u8]) -> Result<CdaHeader, CdaError> {
    let document = Document::parse(bytes, &Limits::default())?;
    Ok(read(&document)?.header)
}

/// What a CDA document encloses in base64 (the body of a level 1, images and reports inside
/// a level 3), decoded.
pub fn attachments(bytes: &[u8]) -> Result<Vec<Attachment>, CdaError> {
    let document = Document::parse(bytes, &Limits::default())?;
    Ok(read(&document)?.attachments)
}

/// Whether the document is, or claims to be, a CDA.
pub(crate) fn is_cda(document: &Document) -> bool {
    let root = document.root();
    root.is(HL7, "ClinicalDocument") || is_stylesheet(root)
}

pub(crate) fn read(document: &Document) -> Result<Read, CdaError> {
    let (cda, form) = find(document)?;
    let attachments = body::attachments(cda)?;
    let level = body::level(cda, &attachments)?;
    let service = one(cda, "documentationOf", walk::Many::First)?
        .and_then(|of| of.child(HL7, "serviceEvent"))
        .and_then(|event| event.child(HL7, "effectiveTime"));
    let (service_start, service_stop) = service.map(walk::interval).unwrap_or_default();
    let header = CdaHeader {
        id: identifier(required(cda, "id")?)?,
        set_id: optional(cda, "setId")?.map(identifier).transpose()?,
        version_number: optional(cda, "versionNumber")?.and_then(|node| attribute(node, "value")),
        code: code(required(cda, "code")?)?,
        title: optional(cda, "title")?.and_then(walk::words),
        effective_time: walk::time(required(cda, "effectiveTime")?)?,
        confidentiality: optional(cda, "confidentialityCode")?.and_then(|node| attribute(node, "code")),
        language: optional(cda, "languageCode")?.and_then(|node| attribute(node, "code")),
        template_ids: walk::identifiers(cda, "templateId")?,
        patient: patient::read(required(cda, "recordTarget")?)?,
        custodian: custodian(required(cda, "custodian")?)?,
        authors: authors(cda)?,
        replaces: replaces(cda)?,
        level,
        form,
        service_start,
        service_stop,
        stylesheet: document.names_stylesheet(),
    };
    Ok(Read { header, attachments })
}

/// The `ClinicalDocument`: the root, or the one a stylesheet holds. Only one in the whole
/// file: with two, what is checked and what is shown could differ.
pub(crate) fn find(document: &Document) -> Result<(Node<'_>, CdaForm), CdaError> {
    let root = document.root();
    let mut inner = root.descendants().filter(|node| node.is(HL7, "ClinicalDocument"));
    let found = if root.is(HL7, "ClinicalDocument") {
        Some((root, CdaForm::Plain))
    } else if is_stylesheet(root) {
        inner.next().map(|node| (node, CdaForm::SelfPresenting))
    } else {
        None
    };
    match (found, inner.next()) {
        (None, _) => Err(CdaError::NotCda),
        (Some(_), Some(second)) => Err(CdaError::Repeated { path: second.path() }),
        (Some(found), None) => Ok(found),
    }
}

fn is_stylesheet(root: Node<'_>) -> bool {
    root.is(XSLT, "stylesheet") || root.is(XSLT, "transform")
}

fn custodian(node: Node<'_>) -> Result<Custodian, CdaError> {
    let assigned = required(node, "assignedCustodian")?;
    let organization = required(assigned, "representedCustodianOrganization")?;
    Ok(Custodian {
        ids: walk::identifiers(organization, "id")?,
        name: organization.child(HL7, "name").and_then(walk::words),
    })
}

fn authors(cda: Node<'_>) -> Result<Vec<CdaAuthor>, CdaError> {
    let mut authors = Vec::new();
    for author in cda.children_named(HL7, "author") {
        let assigned = required(author, "assignedAuthor")?;
        let name = optional(assigned, "assignedPerson")?.and_then(|person| person.child(HL7, "name"));
        let device = optional(assigned, "assignedAuthoringDevice")?.and_then(|device| {
            device.child(HL7, "softwareName").or(device.child(HL7, "manufacturerModelName"))
        });
        let part = |local| name.and_then(|name: Node<'_>| name.child(HL7, local)).and_then(walk::words);
        let organization = optional(assigned, "representedOrganization")?;
        authors.push(CdaAuthor {
            ids: walk::identifiers(assigned, "id")?,
            // A name without parts is the family name: it is what there is to show.
            family: part("family").or_else(|| name.or(device).and_then(walk::words)),
            given: part("given"),
            specialty: assigned.child(HL7, "code").and_then(|node| code(node).ok()),
            organization_ids: match organization {
                Some(organization) => walk::identifiers(organization, "id")?,
                None => Vec::new(),
            },
            organization: organization.and_then(|node| node.child(HL7, "name")).and_then(walk::words),
        });
    }
    if authors.is_empty() {
        return Err(CdaError::Missing { path: format!("{}/author", cda.path()) });
    }
    Ok(authors)
}

fn replaces(cda: Node<'_>) -> Result<Option<InstanceIdentifier>, CdaError> {
    let mut related =
        cda.children_named(HL7, "relatedDocument").filter(|node| node.attribute("typeCode") == Some("RPLC"));
    let Some(first) = related.next() else {
        return Ok(None);
    };
    if let Some(second) = related.next() {
        return Err(CdaError::Repeated { path: second.path() });
    }
    identifier(required(required(first, "parentDocument")?, "id")?).map(Some)
}

/// The first eight digits of an HL7 TS as a date. A shorter TS (only a year is known) gives
/// none; eight digits that are no date are an error.
fn date(node: Node<'_>, value: &str) -> Result<Option<Date>, CdaError> {
    let refuse = || CdaError::Invalid { path: node.path(), what: "not an HL7 time" };
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    if digits < 4 || !matches!(value.as_bytes().get(digits), None | Some(b'.' | b'+' | b'-')) {
        return Err(refuse());
    }
    let part = |range: std::ops::Range<usize>| value.get(range).and_then(|text| text.parse::<i16>().ok());
    if digits < 8 {
        return Ok(None);
    }
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else {
        return Err(refuse());
    };
    let narrow = |number: i16| i8::try_from(number).map_err(|_| refuse());
    Date::new(year, narrow(month)?, narrow(day)?).map(Some).map_err(|_| refuse())
}
