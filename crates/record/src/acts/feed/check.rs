//! What a document says of itself, held against what its metadata says and who feeds it (rules, W2; design,
//! "FHIR conventions"). Nothing here needs the record; [`with_record`] compares the traits once it is open.

use clinical::{CdaHeader, CdaLevel, CdaPatient};
use model::code::{self, FALLBACK_FORMAT, LEVEL_1_TEMPLATE};
use model::person::Disagreement;
use model::{ClassCode, Coding, Ins, InsAuthority, SaidTraits, Traits, UniqueId};

use super::{NewDocument, Submission};
use crate::call::Call;
use crate::failure::Problem;

/// A document that says the same thing everywhere.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) class: ClassCode,
    pub(super) sha256: String,
    /// What the document itself says of its patient.
    said: Option<SaidTraits>,
}

/// Checks one document against its metadata, its patient and its feeder. All that is wrong is said at once.
pub(super) fn document(new: &NewDocument, ins: &Ins, call: &Call) -> Result<Checked, Vec<Problem>> {
    let (class, mut problems) = metadata(new, call);
    let mut wrong = |place: &str, says: String| {
        problems.push(Problem { element: format!("{}.{place}", new.element), says });
    };
    let mut said = None;
    match new.content.check(&new.description.mime_type) {
        Err(unreadable) => wrong("content.attachment", unreadable.to_string()),
        Ok(opened) if opened.kind == clinical::Kind::Other => wrong(
            "content.attachment.contentType",
            "a file of this type cannot be opened here: send a CDA, a PDF, a JPEG image or text".into(),
        ),
        Ok(opened) => match opened.cda {
            Some(cda) => {
                header(new, ins, &cda, &mut wrong);
                said = Some(cda.patient.said_traits());
            }
            None => {
                let code = &new.description.format.code;
                if code::is_template_format(code) {
                    wrong("content.format", format!("{code} is the format of a CDA, which this is not"));
                }
            }
        },
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Checked { class, sha256: new.content.sha256(), said })
}

/// The half that needs no byte of the document: its class, and what is wrong so far.
pub(super) fn metadata(new: &NewDocument, call: &Call) -> (ClassCode, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut wrong = |place: &str, says: String| {
        problems.push(Problem { element: format!("{}.{place}", new.element), says });
    };
    let class = class(new, &mut wrong);
    author_organisation(new, call, &mut wrong);
    if new.visibility.masked && new.visibility.hidden_from_holder {
        wrong("securityLabel", "MASQUE_PS and INVISIBLE_PATIENT do not combine (EX_2.1-1050)".into());
    }
    (class, problems)
}

/// A document whose bytes have yet to come, as far as it can be decided.
pub(super) fn before_bytes(new: &NewDocument, call: &Call) -> Result<Checked, Vec<Problem>> {
    match metadata(new, call) {
        (class, problems) if problems.is_empty() => Ok(Checked { class, sha256: String::new(), said: None }),
        (_, problems) => Err(problems),
    }
}

/// The traits in metadata and documents, held against the record's.
pub(super) fn with_record(lot: &Submission, documents: &[Checked], traits: &Traits) -> Vec<Problem> {
    let problem = |element: String, disagreement: Disagreement| Problem {
        element,
        says: format!("the patient's {} is not that of the record", disagreement.words()),
    };
    let mut problems: Vec<_> =
        traits.disagreements(&lot.said).into_iter().map(|it| problem("List.subject".into(), it)).collect();
    for (new, checked) in lot.documents.iter().zip(documents) {
        let in_metadata = ("context.sourcePatientInfo", Some(&new.said));
        let in_document = ("content.attachment", checked.said.as_ref());
        for (place, said) in [in_metadata, in_document] {
            for disagreement in said.map(|said| traits.disagreements(said)).unwrap_or_default() {
                problems.push(problem(format!("{}.{place}", new.element), disagreement));
            }
        }
    }
    problems
}

/// The class of the type; the category the producer wrote must be that one (abuse F08), unless none is known.
fn class(new: &NewDocument, wrong: &mut impl FnMut(&str, String)) -> ClassCode {
    let class = code::class_of(&new.description.type_code);
    let known = code::document_type(&new.description.type_code).is_some_and(|it| it.class.is_some());
    let agrees = new.category.as_ref().is_none_or(|it| it.code == class.code() || it.system != code::TRE_A03);
    if known && !agrees {
        wrong("category", format!("documents of this type are of class {}", class.code()));
    }
    class
}

/// The metadata's author organisation is the certificate's (rules, W2).
fn author_organisation(new: &NewDocument, call: &Call, wrong: &mut impl FnMut(&str, String)) {
    let proved = call.caller.organisation.proved().map(|it| it.id.to_string());
    let named = new.author_organisations.iter().filter(|(system, _)| {
        system.strip_prefix("urn:oid:").unwrap_or(system) == model::people::STRUCT_IDNAT_OID
    });
    for (_, value) in named {
        if proved.as_deref() != Some(value) {
            wrong("author", "the author's organisation is not the one of the certificate".into());
        }
    }
}

fn header(new: &NewDocument, ins: &Ins, cda: &CdaHeader, wrong: &mut impl FnMut(&str, String)) {
    let id = UniqueId::from_root(&cda.id.root, cda.id.extension.as_deref());
    if id.as_ref() != Ok(&new.description.unique_id) {
        wrong("masterIdentifier", "not the ClinicalDocument/id of the document".into());
    }
    let type_code = &new.description.type_code;
    if cda.code.code != type_code.code || code::system_oid(&cda.code.system) != type_code.system {
        wrong("type", "not the ClinicalDocument/code of the document".into());
    }
    if let Err(says) = format(&new.description.format, cda) {
        wrong("content.format", says);
    }
    for problem in patient(ins, &cda.patient) {
        wrong("content.attachment", problem);
    }
}

/// The identifiers of the document's patient: its INS is the submission's, with a right key, and no other INS
/// stands beside it (abuse F06, F07).
fn patient(ins: &Ins, patient: &CdaPatient) -> Vec<String> {
    let mut problems = Vec::new();
    let mut found = false;
    for id in &patient.ids {
        let Some(authority) = InsAuthority::from_oid(&id.root) else { continue };
        match Ins::new(authority, id.extension.as_deref().unwrap_or("")) {
            Ok(said) if said == *ins => found = true,
            Ok(_) => problems.push("the document is about another INS than the metadata's patient".into()),
            Err(error) => problems.push(format!("the INS in recordTarget cannot be used: {error}")),
        }
    }
    if !found && problems.is_empty() {
        problems.push("recordTarget bears no INS".into());
    }
    problems
}

/// The format is the one its template calls for, or the fallback; a code no template calls for is let through,
/// the binding being preferred; another template's is refused.
fn format(format: &Coding, cda: &CdaHeader) -> Result<(), String> {
    let templates = cda.template_ids.iter().map(|it| it.root.as_str());
    let mut right: Vec<&str> = templates.filter_map(code::format_of_template).map(|(_, code)| code).collect();
    if let CdaLevel::One { media_type, .. } = &cda.level {
        right.extend(code::level_1_format(media_type).map(|(_, code)| code));
    }
    let is_level_1 = cda.template_ids.iter().any(|it| it.root == LEVEL_1_TEMPLATE);
    let is_level_1_code = format.code.contains(":xds-sd:");
    let given = format.code.as_str();
    let others = code::is_template_format(given) || (is_level_1_code && !is_level_1);
    if given == FALLBACK_FORMAT || right.contains(&given) || !(others || is_level_1_code) {
        return Ok(());
    }
    right.push(FALLBACK_FORMAT);
    Err(format!("this document's template calls for {}", right.join(" or ")))
}

pub(in crate::acts) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
