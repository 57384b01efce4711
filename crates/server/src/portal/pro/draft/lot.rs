//! What was typed and found right, as the lot a producer would have sent.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use clinical::Checked;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::code::{self, FALLBACK_FORMAT, IHE_FORMAT, TRE_A06};
use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{
    Author, ClassCode, Coding, Confidentiality, Description, OrganisationKind, QualifiedIdentity, SaidTraits,
    SourcePatient, UniqueId, Visibility,
};
use record::{NewDocument, RelatesTo, Submission};
use uuid::Uuid;

use super::{Deposit, Typed};

/// The source of what is fed by this portal's form.
const SOURCE: &str = "urn:oid:1.2.250.1.213.1.999.2";
const FACILITY: &str = "1.2.250.1.71.4.2.4";
const PRACTICE: &str = "1.2.250.1.213.1.1.4.9";

/// None for what no form of ours sends.
pub(super) fn lot_of(
    typed: &Typed,
    by: &Deposit<'_>,
    kind: &code::DocumentType,
    date: Date,
    media: &'static str,
    checked: &Checked,
    lot: Uuid,
) -> Option<Submission> {
    let created = by.now.timestamp();
    let noon = date.at(12, 0, 0, 0).to_zoned(TimeZone::get("Europe/Paris").ok()?).ok()?.timestamp();
    let service_start = noon.min(created);
    let unique_id = match &checked.cda {
        Some(cda) => UniqueId::from_root(&cda.id.root, cda.id.extension.as_deref()).ok()?,
        None => UniqueId::Uuid(second(lot)),
    };
    let author = author(by);
    let facility = facility(by.place.map(|it| it.kind))?;
    let stays = by.place.is_some_and(|it| {
        matches!(it.kind, OrganisationKind::Hospital | OrganisationKind::Clinic | OrganisationKind::CareHome)
    });
    let practice =
        if stays { ("ETABLISSEMENT", "Etablissement de santé") } else { ("AMBULATOIRE", "Ambulatoire") };
    let description = Description {
        unique_id,
        identifiers: Vec::new(),
        type_code: Coding::new(kind.system, kind.code, Some(kind.label)).ok()?,
        format: format(checked)?,
        mime_type: media.to_owned(),
        language: "fr-FR".into(),
        title: typed.title.trim().to_owned(),
        comments: None,
        confidentiality: Confidentiality::Normal,
        created,
        service_start,
        service_stop: None,
        facility_type: facility.clone(),
        practice_setting: Coding::new(PRACTICE, practice.0, Some(practice.1)).ok()?,
        events: Vec::new(),
        authors: vec![author.clone()],
        authenticator: Some(author.clone()),
        custodian: None,
        source_patient: by.identity.map(source).unwrap_or_default(),
        references: Vec::new(),
        hash: sha1(&typed.file),
        size: typed.file.len() as u64,
    };
    let system = format!("urn:oid:{STRUCT_IDNAT_OID}");
    let document = NewDocument {
        description,
        visibility: Visibility {
            masked: typed.who == "masked",
            hidden_from_holder: typed.who == "announce",
            hidden_from_representatives: false,
        },
        category: kind.class.map(ClassCode::coding),
        relates: typed
            .related()
            .map(|(kind, target)| (kind, RelatesTo::Entry(by.record, target)))
            .into_iter()
            .collect(),
        content: typed.file.clone().into(),
        said: SaidTraits::default(),
        author_organisations: by.place.map(|it| (system, it.id.to_string())).into_iter().collect(),
        element: "document".into(),
    };
    Some(Submission {
        ins: by.ins.clone(),
        said: SaidTraits::default(),
        record: None,
        unique_id: Some(UniqueId::Uuid(lot)),
        source_id: UniqueId::from_urn(SOURCE).ok()?,
        content_type: facility,
        title: None,
        comments: None,
        submitted: created,
        author,
        recipients: Vec::new(),
        documents: vec![document],
        digest: digest_of(typed),
    })
}

/// The format the document's own template calls for, else the one of documents outside any model.
fn format(checked: &Checked) -> Option<Coding> {
    let of_template = checked.cda.iter().flat_map(|it| it.template_ids.iter());
    let known = of_template.filter_map(|it| code::format_of_template(&it.root)).next();
    let (system, of) = known.unwrap_or((TRE_A06, FALLBACK_FORMAT));
    let system = if system == IHE_FORMAT { IHE_FORMAT } else { TRE_A06 };
    Coding::new(system, of, None).ok()
}

fn facility(kind: Option<OrganisationKind>) -> Option<Coding> {
    let (code, label) = match kind {
        Some(OrganisationKind::Hospital | OrganisationKind::RegulationCentre) => {
            ("SA01", "Etablissement public de santé")
        }
        Some(OrganisationKind::Clinic) => ("SA04", "Etablissement privé non PSPH"),
        Some(OrganisationKind::CareHome) => ("SA17", "Etablissement pour personnes âgées"),
        Some(OrganisationKind::Laboratory) => ("SA25", "Laboratoire de biologie médicale"),
        Some(OrganisationKind::Pharmacy) => ("SA33", "Pharmacie d'officine"),
        _ => ("SA07", "Cabinet individuel"),
    };
    Coding::new(FACILITY, code, Some(label)).ok()
}

fn author(by: &Deposit<'_>) -> Author {
    Author {
        person_id: Some((format!("urn:oid:{PS_IDNAT_OID}"), by.who.id.to_string())),
        family: Some(by.who.name.clone()),
        organisation_id: by.place.map(|it| (format!("urn:oid:{STRUCT_IDNAT_OID}"), it.id.to_string())),
        organisation_name: by.place.map(|it| it.name.clone()),
        ..Author::default()
    }
}

fn source(identity: &QualifiedIdentity) -> SourcePatient {
    let traits = &identity.traits;
    SourcePatient {
        ids: vec![(identity.ins.system(), identity.ins.matricule().to_owned())],
        family: Some(traits.birth_name.as_str().to_owned()),
        given: traits.given_names.iter().map(|name| name.as_str().to_owned()).collect(),
        birth_date: Some(traits.birth_date),
        sex: Some(traits.sex),
    }
}

/// The document's name, drawn from the lot's: the same each time the lot is sent.
fn second(lot: Uuid) -> Uuid {
    let mut text = lot.as_bytes().to_vec();
    text.extend_from_slice(b"document 1");
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest(&SHA256, &text).as_ref()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn digest_of(typed: &Typed) -> String {
    let mut text = Vec::with_capacity(typed.file.len() + 256);
    let fields =
        [&typed.lot, &typed.kind, &typed.title, &typed.date, &typed.who, &typed.relation, &typed.target];
    for field in fields {
        text.extend_from_slice(field.as_bytes());
        text.push(0);
    }
    text.extend_from_slice(&typed.file);
    digest(&SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut hash = [0; 20];
    hash.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    hash
}
