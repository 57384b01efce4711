//! ITI-18: parameters as their types and quotes say, what each query selects, and the answer.

use ihe::xds::iti18::{self, Query, Returns, StoredQuery, Visible};
use ihe::xds::{Context, ErrorCode, set_id};
use model::{DocumentEntry, DocumentStatus, Relation, RelationKind, SubmissionSet};
use xml::Document;

use crate::fixtures::*;

const APPROVED: &str = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";
const FIND_DOCUMENTS: &str = "14d4debf-8f97-4251-9a74-a90016b0af0d";

fn request(id: &str, slots: &[(&str, &str)], returns: &str) -> String {
    let slots: String = slots.iter().map(|(name, value)| slot(name, &[value])).collect();
    format!(
        r#"<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
             <query:ResponseOption returnComposedObjects="true" returnType="{returns}"/>
             <rim:AdhocQuery id="urn:uuid:{id}">{slots}</rim:AdhocQuery>
           </query:AdhocQueryRequest>"#
    )
}

fn read(id: &str, slots: &[(&str, &str)]) -> Result<StoredQuery, (ErrorCode, String)> {
    iti18::decode(&parse(&request(id, slots, "LeafClass")).root())
        .map_err(|errors| (errors.0[0].code, errors.0[0].context.clone()))
}

/// FindDocuments of the patient's approved documents, and more.
fn find(more: &[(&str, &str)]) -> Result<StoredQuery, (ErrorCode, String)> {
    let patient = format!("'{}'", patient_id());
    let mut slots =
        vec![("$XDSDocumentEntryPatientId", patient.as_str()), ("$XDSDocumentEntryStatus", APPROVED)];
    slots.extend(more);
    read(FIND_DOCUMENTS, &slots)
}

/// How many of these a query finds.
fn count(query: &StoredQuery, entries: &[DocumentEntry], sets: &[SubmissionSet]) -> (usize, usize, usize) {
    let found = query.query.select(Visible { entries, sets });
    (found.sets.len(), found.documents.len(), found.associations.len())
}

fn finds(more: &[(&str, &str)], entry: &DocumentEntry) -> bool {
    count(&find(more).unwrap_or_else(|error| panic!("{error:?}")), std::slice::from_ref(entry), &[]).1 == 1
}

#[test]
fn find_documents_holds_each_parameter() {
    let mut entry = held(1);
    entry.visibility.masked = true;
    for (name, right, wrong) in [
        ("ClassCode", "('10^^1.2.250.1.213.1.1.4.1')", "('11^^1.2.250.1.213.1.1.4.1')"),
        ("TypeCode", "('1^^1.2','11488-4^^2.16.840.1.113883.6.1')", "('11488-4^^1.2.3')"),
        ("FormatCode", "('urn:asipSante:modelesHorsProfils:2011^^1.2.250.1.213.1.1.4.2.282')", "('x^^1.2')"),
        ("PracticeSettingCode", "('ETABLISSEMENT^^1.2.250.1.213.1.1.4.9')", "('x^^1.2.250.1.213.1.1.4.9')"),
        ("HealthcareFacilityTypeCode", "('SA01^^1.2.250.1.71.4.2.4')", "('SA02^^1.2.250.1.71.4.2.4')"),
        ("EventCodeList", "('YYYY600^^1.2.250.1.213.2.5')", "('YYYY601^^1.2.250.1.213.2.5')"),
        ("ConfidentialityCode", "('MASQUE_PS^^1.2.250.1.213.1.1.4.13')", "('R^^2.16.840.1.113883.5.25')"),
        ("CreationTimeFrom", "20260612080000", "20260612080001"),
        ("CreationTimeTo", "'20260612080001'", "20260612080000"),
        ("ServiceStartTimeFrom", "20260612", "20260613"),
        ("ServiceStartTimeTo", "20260613", "20260612"),
        ("ServiceStopTimeFrom", "202606120730", "202606120731"),
        ("ServiceStopTimeTo", "2027", "2026"),
        ("AuthorPerson", "('%FABRE%')", "('%fabre%')"),
        (
            "Type",
            "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')",
            "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')",
        ),
        (
            "DocumentAvailability",
            "('urn:ihe:iti:2010:DocumentAvailability:Online')",
            "('urn:ihe:iti:2010:DocumentAvailability:Offline')",
        ),
    ] {
        let name = format!("$XDSDocumentEntry{name}");
        assert!(finds(&[(&name, right)], &entry), "{name}");
        assert!(!finds(&[(&name, wrong)], &entry), "{name}");
    }
    assert!(finds(&[("$MetadataLevel", "'2'")], &entry));
}

#[test]
fn a_slot_says_any_of_and_several_slots_say_all_of() {
    let mut entry = held(1);
    entry.description.events.push(model::Coding::new("1.2.250.1.213.2.5", "ZZZZ600", None).unwrap());
    let name = "$XDSDocumentEntryEventCodeList";
    let code = |code: &str| format!("('{code}^^1.2.250.1.213.2.5')");
    let any = "('no^^1.2','ZZZZ600^^1.2.250.1.213.2.5')";
    assert!(finds(&[(name, any)], &entry));
    assert!(finds(&[(name, any), (name, &code("YYYY600"))], &entry));
    assert!(!finds(&[(name, any), (name, &code("no"))], &entry));
    // where a parameter is of one slot, two are no query
    let type_code = ("$XDSDocumentEntryTypeCode", "('a^^1.2')");
    assert_eq!(find(&[type_code, type_code]).err().unwrap().0, ErrorCode::XDSStoredQueryParamNumber);
}

#[test]
fn statuses_are_those_of_the_dmp() {
    let archived = "urn:asip:ci-sis:2010:StatusType:Archived";
    let mut entry = held(1);
    entry.status = DocumentStatus::Archived { at: entry.updated };
    let patient = format!("'{}'", patient_id());
    let with = |status: &str| {
        read(FIND_DOCUMENTS, &[("$XDSDocumentEntryPatientId", &patient), ("$XDSDocumentEntryStatus", status)])
    };
    let query = with(&format!("('{archived}')")).unwrap();
    assert!(query.query.asked_archived() && !query.query.asked_deprecated());
    assert_eq!(count(&query, &[entry.clone()], &[]).1, 1);
    assert_eq!(count(&with(APPROVED).unwrap(), &[entry], &[]).1, 0);
    assert_eq!(with("('Approved')").err().unwrap().0, ErrorCode::XDSRegistryError);
}

#[test]
fn what_a_query_lacks_or_has_too_much_is_said() {
    let patient = format!("'{}'", patient_id());
    let no_status = read(FIND_DOCUMENTS, &[("$XDSDocumentEntryPatientId", &patient)]);
    assert_eq!(
        no_status.err().unwrap(),
        (ErrorCode::XDSStoredQueryMissingParam, "$XDSDocumentEntryStatus: this parameter is required".into())
    );
    let none = read(FIND_DOCUMENTS, &[("$XDSDocumentEntryStatus", APPROVED)]);
    assert_eq!(none.err().unwrap().0, ErrorCode::XDSStoredQueryMissingParam);
    assert_eq!(
        read("00000000-0000-0000-0000-000000000000", &[]).err().unwrap().0,
        ErrorCode::XDSUnknownStoredQuery
    );
    for (name, value) in [
        ("$XDSDocumentEntryTypecode", "('a^^b')"),
        ("$XDSDocumentEntryTypeCode", "('a')"),
        ("$XDSDocumentEntryTypeCode", "('a^^')"),
        ("$XDSDocumentEntryCreationTimeFrom", "'2026-06-12'"),
        ("$XDSDocumentEntryCreationTimeFrom", "2026 or 1=1"),
        ("$XDSDocumentEntryAuthorPerson", "('a'"),
        ("$XDSDocumentEntryAuthorPerson", "'a'--'"),
    ] {
        let (code, context) = find(&[(name, value)]).err().unwrap();
        assert_eq!(code, ErrorCode::XDSRegistryError, "{name} {value}");
        assert!(context.starts_with(name) && !context.contains(value), "{context}");
    }
    let two = find(&[("$XDSDocumentEntryCreationTimeFrom", "('2026','2027')")]).err().unwrap();
    assert_eq!(two.0, ErrorCode::XDSStoredQueryParamNumber);
    let option = iti18::decode(&parse(&request(FIND_DOCUMENTS, &[], "RegistryObject")).root());
    assert!(option.err().unwrap().to_string().contains("returnType"));
}

/// Two documents in a set, the second replacing the first.
fn record() -> (Vec<DocumentEntry>, Vec<SubmissionSet>) {
    let (mut first, mut second) = (held(1), held(2));
    first.status = DocumentStatus::Deprecated { at: first.updated, by: second.logical_id };
    second.relations.push(Relation { kind: RelationKind::Replaces, target: first.logical_id });
    // the second has a next version: its id is no longer its logical id
    second.id = entry_id(22);
    second.version = 2;
    let set = held_set(&[first.logical_id, second.logical_id]);
    (vec![first, second], vec![set])
}

/// A query, its parameters, and how many sets, documents and associations it selects.
type Case = (&'static str, Vec<(&'static str, String)>, (usize, usize, usize));

#[test]
fn each_query_selects_its_objects() {
    let (entries, sets) = record();
    let set = set_id(&sets[0]).urn();
    let (first, second) = (entries[0].id.urn(), entries[1].id.urn());
    let logical = entries[1].logical_id.urn();
    let patient = format!("'{}'", patient_id());
    let all = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved','urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')";
    let quoted = |id: &str| format!("('{id}')");
    let rplc = "('urn:ihe:iti:2007:AssociationType:RPLC')";
    let apnd = "('urn:ihe:iti:2007:AssociationType:APND')";
    let entry = "$XDSDocumentEntryEntryUUID";
    let unique = "$XDSDocumentEntryUniqueId";
    let of_set = "$XDSSubmissionSetEntryUUID";
    let reference = "('A-7^^^&amp;1.2.250.1.999.5&amp;ISO^urn:ihe:iti:xds:2013:accession')";
    let mut cases: Vec<Case> = Vec::new();
    let find = |more: Vec<(&'static str, String)>| {
        [vec![("$XDSDocumentEntryPatientId", patient.clone()), ("$XDSDocumentEntryStatus", all.into())], more]
            .concat()
    };
    cases.push((FIND_DOCUMENTS, find(vec![]), (0, 2, 0)));
    let by_reference = "12941a89-e02e-4be5-967c-ce4bfc8fe492";
    cases.push((by_reference, find(vec![("$XDSDocumentEntryReferenceIdList", reference.into())]), (0, 2, 0)));
    cases.push((
        by_reference,
        find(vec![("$XDSDocumentEntryReferenceIdList", reference.replace("A-7", "A-8"))]),
        (0, 0, 0),
    ));
    let find_sets =
        vec![("$XDSSubmissionSetPatientId", patient.clone()), ("$XDSSubmissionSetStatus", APPROVED.into())];
    let submission_sets = "f26abbcb-ac74-4422-8a30-edb644bbc1a9";
    cases.push((submission_sets, find_sets.clone(), (1, 0, 0)));
    for (name, value, finds) in [
        ("$XDSSubmissionSetSubmissionTimeFrom", "20260612", 1),
        ("$XDSSubmissionSetSubmissionTimeFrom", "20260613", 0),
        ("$XDSSubmissionSetSourceId", "('1.2.250.1.999.3')", 1),
        ("$XDSSubmissionSetSourceId", "('1.2.250.1.999.4')", 0),
        ("$XDSSubmissionSetAuthorPerson", "'%FABRE%'", 1),
        ("$XDSSubmissionSetAuthorPerson", "'FABRE'", 0),
        ("$XDSSubmissionSetContentType", "('07^^1.2.250.1.213.2.2')", 1),
        ("$XDSSubmissionSetContentType", "('08^^1.2.250.1.213.2.2')", 0),
    ] {
        cases.push((
            submission_sets,
            [find_sets.clone(), vec![(name, value.into())]].concat(),
            (finds, 0, 0),
        ));
    }
    let folders = vec![("$XDSFolderPatientId", patient.clone()), ("$XDSFolderStatus", APPROVED.into())];
    cases.push(("958f3006-baad-4929-a4de-ff1114824431", folders, (0, 0, 0)));
    let get_all = vec![
        ("$patientId", patient.clone()),
        ("$XDSDocumentEntryStatus", all.into()),
        ("$XDSSubmissionSetStatus", APPROVED.into()),
        ("$XDSFolderStatus", APPROVED.into()),
    ];
    cases.push(("10b545ea-725c-446d-9b95-8aeb444eddf3", get_all, (1, 2, 3)));
    let get_documents = "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4";
    cases.push((get_documents, vec![(entry, format!("('{first}','{second}')"))], (0, 2, 0)));
    cases.push((get_documents, vec![(entry, quoted(&logical))], (0, 0, 0)));
    cases.push((get_documents, vec![("$XDSDocumentEntryLogicalID", quoted(&logical))], (0, 1, 0)));
    cases.push((get_documents, vec![(unique, "('1.2.250.1.999.2.1')".into())], (0, 1, 0)));
    cases.push((get_documents, vec![(unique, "('nothing at all')".into())], (0, 0, 0)));
    cases.push((
        "5737b14c-8a1a-4539-b659-e03a34a5e1e4",
        vec![("$XDSFolderEntryUUID", quoted(&first))],
        (0, 0, 0),
    ));
    let associations = "a7ae438b-4bc2-4642-93e9-be891f7bb155";
    cases.push((associations, vec![("$uuid", quoted(&set))], (0, 0, 2)));
    cases.push((associations, vec![("$uuid", quoted(&second))], (0, 0, 2)));
    cases.push((
        associations,
        vec![("$uuid", quoted("urn:uuid:00000000-0000-4000-8000-000000000001"))],
        (0, 0, 0),
    ));
    cases.push(("bab9529a-4a10-40b3-a01f-f68a615d247a", vec![(entry, quoted(&first))], (0, 1, 2)));
    cases.push(("51224314-5390-4169-9b91-b1980040715a", vec![("$uuid", quoted(&second))], (1, 0, 1)));
    let contents = "e8e3cb2c-e39c-46b9-99e4-c12f57260b83";
    cases.push((contents, vec![(of_set, quoted(&set))], (1, 2, 2)));
    cases.push((contents, vec![("$XDSSubmissionSetUniqueId", "'1.2.250.1.999.3.1'".into())], (1, 2, 2)));
    cases.push((
        contents,
        vec![(of_set, quoted(&set)), ("$XDSDocumentEntryFormatCode", "('x^^1.2')".into())],
        (1, 0, 0),
    ));
    cases.push((contents, vec![(of_set, quoted(&first))], (0, 0, 0)));
    cases.push((
        "b909a503-523d-4517-8acf-8e5834dfc4c7",
        vec![("$XDSFolderUniqueId", "'1.2'".into())],
        (0, 0, 0),
    ));
    cases.push(("10cae35a-c7f9-4cf5-b61e-fc3278ffb578", vec![(entry, quoted(&first))], (0, 0, 0)));
    let related = "d90e5407-b356-4d91-a89f-873917b4b0e6";
    cases.push((related, vec![(entry, quoted(&first)), ("$AssociationTypes", rplc.into())], (0, 2, 1)));
    cases.push((related, vec![(entry, quoted(&first)), ("$AssociationTypes", apnd.into())], (0, 0, 0)));
    for (id, slots, expected) in cases {
        let slots: Vec<_> = slots.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let query = read(id, &slots).unwrap_or_else(|error| panic!("{id} {error:?}"));
        assert_eq!(count(&query, &entries, &sets), expected, "{id} {slots:?}");
        if expected.0 > 0 && id != submission_sets {
            assert!(query.query.needs_sets(), "{id}");
        }
    }
}

#[test]
fn queries_by_identifier_need_one() {
    for (id, slots) in [
        ("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", vec![]),
        ("a7ae438b-4bc2-4642-93e9-be891f7bb155", vec![]),
        ("d90e5407-b356-4d91-a89f-873917b4b0e6", vec![("$XDSDocumentEntryUniqueId", "'1.2'")]),
    ] {
        assert_eq!(read(id, &slots).err().unwrap().0, ErrorCode::XDSStoredQueryMissingParam, "{id}");
    }
    let both = vec![("$XDSDocumentEntryUniqueId", "'1.2'"), ("$XDSDocumentEntryEntryUUID", "'urn:uuid:x'")];
    let both = read("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", &both);
    assert_eq!(both.err().unwrap().0, ErrorCode::XDSStoredQueryParamNumber);
}

#[test]
fn a_feeder_asks_where_its_document_is() {
    let slots = [("$XDSDocumentEntryUniqueId", "('1.2.250.1.999.2.1')")];
    let query = read("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", &slots).unwrap();
    assert_eq!(query.query.located(), Some(&held(1).description.unique_id));
    assert_eq!(query.query.patient(), None);
    let answer = iti18::answer_refs(&[entry_id(1)]).unwrap();
    assert!(answer.contains(&format!("<rim:ObjectRef id=\"{}\"/>", entry_id(1).urn())));
}

#[test]
fn an_answer_holds_objects_or_references() {
    let (entries, sets) = record();
    let (ins, repository) = (ins(), repository());
    let context = Context { ins: &ins, repository: &repository };
    let query = Query::GetDocumentsAndAssociations(iti18::Ids::Logical(vec![entries[1].logical_id]));
    let found = query.select(Visible { entries: &entries, sets: &sets });
    let text = iti18::answer(&found, Returns::LeafClass, &context, &[]).unwrap();
    let answer: Document = parse(&text);
    let rim = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
    let list = answer.root().child(rim, "RegistryObjectList").unwrap();
    let entry = list.child(rim, "ExtrinsicObject").unwrap();
    assert_eq!(entry.attribute("id"), Some(entries[1].id.urn().as_str()));
    assert_eq!(entry.attribute("lid"), Some(entries[1].logical_id.urn().as_str()));
    assert_eq!(entry.child(rim, "VersionInfo").unwrap().attribute("versionName"), Some("2"));
    // the schema wants an id on each part, and they differ
    let parts: Vec<_> = entry.children().filter_map(|it| it.attribute("id")).collect();
    let mut unique = parts.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!((parts.len(), unique.len()), (10, 10));
    let associations: Vec<_> = list.children_named(rim, "Association").collect();
    assert_eq!(associations.len(), 2);
    assert_eq!(associations[1].attribute("targetObject"), Some(entries[0].id.urn().as_str()));
    let references = iti18::answer(&found, Returns::ObjectRef, &context, &[]).unwrap();
    assert_eq!(references.matches("<rim:ObjectRef").count(), 3);
    let failed = iti18::decode(&parse(&request(FIND_DOCUMENTS, &[], "LeafClass")).root()).err().unwrap();
    let failed = iti18::failure(&failed.0).unwrap();
    assert!(failed.contains("ResponseStatusType:Failure") && failed.contains("XDSStoredQueryMissingParam"));
}

#[test]
fn associations_keep_their_ids_over_versions() {
    let (mut entries, sets) = record();
    let before = ihe::xds::association::associations(&entries.iter().collect::<Vec<_>>(), &[&sets[0]]);
    entries[1].id = entry_id(23);
    let after = ihe::xds::association::associations(&entries.iter().collect::<Vec<_>>(), &[&sets[0]]);
    let ids = |all: &[ihe::xds::association::Association]| all.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert_ne!(before[1].target, after[1].target);
}

#[test]
fn what_xml_cannot_hold_does_not_hide_the_rest() {
    let mut entry = held(1);
    entry.description.title = "a\u{ffff}b".into();
    entry.description.authors[0].family = Some("\u{fffe}".into());
    let (ins, repository) = (ins(), repository());
    let entries = [entry];
    let found = Query::GetDocuments(iti18::Ids::Entry(vec![entry_id(1)]))
        .select(Visible { entries: &entries, sets: &[] });
    let context = Context { ins: &ins, repository: &repository };
    assert!(iti18::answer(&found, Returns::LeafClass, &context, &[]).unwrap().contains("a\u{fffd}b"));
}

#[test]
fn a_query_names_hundreds_of_objects_and_not_thousands() {
    let ids = |count: u16| {
        let all: Vec<_> =
            (0..count).map(|it| format!("'urn:uuid:00000000-0000-4000-8000-{it:012x}'")).collect();
        format!("({})", all.join(","))
    };
    let with =
        |count| read("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", &[("$XDSDocumentEntryEntryUUID", &ids(count))]);
    assert!(
        matches!(with(1_000).unwrap().query, Query::GetDocuments(iti18::Ids::Entry(ids)) if ids.len() == 1_000)
    );
    assert_eq!(with(2_001).err().unwrap().0, ErrorCode::XDSStoredQueryParamNumber);
    assert_eq!(with(10_000).err().unwrap().0, ErrorCode::XDSRegistryError);
}
