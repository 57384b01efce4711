//! Writing a DocumentEntry, whole: what is answered can be sent back as an update.

use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{Coding, DocumentEntry, EntryId, Ins, Oid};

use super::super::attributes::write_unique_id;
use super::super::author;
use super::super::hl7::{self, escape, write_authority, write_time};
use super::super::names;
use super::{EntryStatus, patient};
use crate::ebrim::{Classification, ExternalIdentifier, InternationalString, Kind, RegistryObject, Slot};

/// What surrounds an entry that is answered.
pub struct Context<'a> {
    pub ins: &'a Ins,
    /// `repositoryUniqueId` of this repository.
    pub repository: &'a Oid,
}

/// The entry as an ExtrinsicObject. Relations stand apart, as associations.
pub(in crate::xds) fn write(entry: &DocumentEntry, context: &Context<'_>) -> RegistryObject {
    let it = &entry.description;
    let id = entry.id.urn();
    let kind = Kind::ExtrinsicObject { mime_type: Some(it.mime_type.clone()), is_opaque: false };
    let mut out = RegistryObject::new(kind, &*id);
    out.lid = Some(entry.logical_id.urn());
    out.object_type = Some(names::DOCUMENT_ENTRY.to_owned());
    out.status = Some(EntryStatus::from(&entry.status).urn().to_owned());
    out.version = Some(entry.version.to_string());
    out.name = InternationalString::french(&it.title);
    if let Some(comments) = &it.comments {
        out.description = InternationalString::french(comments);
    }
    out.slots = slots(entry, context);
    let authors = it.authors.iter().filter_map(|it| author::write(it, names::AUTHOR, &id));
    out.classifications.extend(authors);
    let labels = std::iter::once((V3_CONFIDENTIALITY, it.confidentiality.code()))
        .chain(entry.visibility.codes().into_iter().map(|code| (TRE_A07, code)))
        .map(|(system, code)| Coding { system: system.to_owned(), code: code.to_owned(), display: None });
    let mut code = |scheme, coding: &Coding| out.classifications.push(coded(scheme, coding, &id));
    code(names::CLASS_CODE, &entry.class.coding());
    labels.for_each(|label| code(names::CONFIDENTIALITY_CODE, &label));
    it.events.iter().for_each(|event| code(names::EVENT_CODE, event));
    code(names::FORMAT_CODE, &it.format);
    code(names::FACILITY_TYPE_CODE, &it.facility_type);
    code(names::PRACTICE_SETTING_CODE, &it.practice_setting);
    code(names::TYPE_CODE, &it.type_code);
    let identifier = |scheme, name: &str, value| identifier(scheme, name, value, &id);
    out.identifiers = vec![
        identifier(names::PATIENT_ID, "XDSDocumentEntry.patientId", hl7::write_ins(context.ins)),
        identifier(names::UNIQUE_ID, "XDSDocumentEntry.uniqueId", write_unique_id(&it.unique_id)),
    ];
    number_parts(&mut out, entry.id.as_bytes());
    out
}

fn slots(entry: &DocumentEntry, context: &Context<'_>) -> Vec<Slot> {
    let it = &entry.description;
    let mut slots = vec![
        Slot::one("creationTime", write_time(it.created)),
        Slot::one("hash", hex(&it.hash)),
        Slot::one("languageCode", &*it.language),
        Slot::one("repositoryUniqueId", context.repository.as_str()),
        Slot::one("serviceStartTime", write_time(it.service_start)),
        Slot::one("size", it.size.to_string()),
        Slot::one("documentAvailability", "urn:ihe:iti:2010:DocumentAvailability:Online"),
    ];
    if let Some(stop) = it.service_stop {
        slots.push(Slot::one("serviceStopTime", write_time(stop)));
    }
    if let Some(person) = it.authenticator.as_ref().and_then(author::write_xcn) {
        slots.push(Slot::one("legalAuthenticator", person));
    }
    let source_id = match it.source_patient.ids.first() {
        Some(id) if context.ins.system() == id.0 => hl7::write_identifier(id, "NH"),
        Some(id) => hl7::write_identifier(id, "PI"),
        None => hl7::write_ins(context.ins),
    };
    slots.push(Slot::one("sourcePatientId", source_id));
    let info = patient::write(&it.source_patient);
    if !info.is_empty() {
        slots.push(Slot::new("sourcePatientInfo", info));
    }
    if !it.references.is_empty() {
        let values = it.references.iter().map(|it| {
            let authority = it.system.as_deref().map(write_authority).unwrap_or_default();
            format!("{}^^^{authority}^{}", escape(&it.value), escape(&it.kind))
        });
        slots.push(Slot::new(names::REFERENCE_ID_LIST, values.collect()));
    }
    slots
}

/// A coded attribute.
pub(in crate::xds) fn coded(scheme: &str, coding: &Coding, object: &str) -> Classification {
    Classification {
        scheme: Some(scheme.to_owned()),
        classified_object: Some(object.to_owned()),
        node_representation: Some(coding.code.clone()),
        slots: vec![Slot::one("codingScheme", &*coding.system)],
        name: InternationalString::french(coding.display.as_deref().unwrap_or(&coding.code)),
        ..Classification::default()
    }
}

pub(in crate::xds) fn identifier(
    scheme: &str,
    name: &str,
    value: String,
    object: &str,
) -> ExternalIdentifier {
    ExternalIdentifier {
        scheme: scheme.to_owned(),
        registry_object: Some(object.to_owned()),
        value,
        name: InternationalString::french(name),
        ..ExternalIdentifier::default()
    }
}

/// Classifications and identifiers need ids by the schema; nobody refers to them. Each is its object's with a
/// place mixed in, so that the same object is always answered alike.
pub(in crate::xds) fn number_parts(object: &mut RegistryObject, id: &[u8; 16]) {
    let classifications = object.classifications.iter_mut().map(|it| &mut it.id);
    let ids = classifications.chain(object.identifiers.iter_mut().map(|it| &mut it.id));
    for (place, slot) in (1_u16..).zip(ids) {
        let mut bytes = *id;
        bytes[0] ^= 0x5a;
        let [high, low] = place.to_be_bytes();
        bytes[14] ^= high;
        bytes[15] ^= low;
        *slot = Some(EntryId::from_bytes(bytes).urn());
    }
}

pub(in crate::xds) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
