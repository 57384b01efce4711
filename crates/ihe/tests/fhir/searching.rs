//! ITI-66 and ITI-67: what is asked is understood or refused, and links betray nobody.

use ihe::fhir::iti66::ListQuery;
use ihe::fhir::iti67::DocumentQuery;
use ihe::fhir::paging::{Page, next_page, searchset};
use ihe::fhir::search::pairs;
use ihe::fhir::{Outcome, id_pair, patient};
use model::{DocumentStatus, EntryId, Instant};
use proptest::prelude::*;
use serde_json::json;

use crate::fixtures::{BASE, INS_SYSTEM, MATRICULE, RECORD, document_entry, ins, submission_set};

fn who() -> String {
    format!("patient.identifier={INS_SYSTEM}|{MATRICULE}")
}

fn query(more: &str) -> Result<DocumentQuery, Outcome> {
    DocumentQuery::parse(&pairs(&format!("{}&{more}", who()))?)
}

fn found(more: &str) -> bool {
    query(more).unwrap_or_else(|outcome| panic!("{more}: {outcome}")).matches(RECORD, &document_entry())
}

#[test]
fn each_parameter_finds_and_leaves_out() {
    let id = id_pair::format(RECORD, document_entry().id);
    let target = id_pair::format(RECORD, EntryId::from_bytes([9; 16]));
    let rows = [
        ("status=current".to_owned(), "status=superseded"),
        ("status=superseded,current".into(), "status=entered-in-error"),
        ("type=http://loinc.org|11488-4".into(), "type=http://loinc.org|11490-0"),
        ("category=10".into(), "category=11"),
        (
            "identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.2.1".into(),
            "identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.2",
        ),
        ("identifier=urn:oid:1.2.250.1.999.2.1".into(), "identifier=CR-2"),
        ("identifier=CR-1".into(), "identifier=urn:x|CR-1"),
        (
            format!("identifier=urn:ietf:rfc:3986|{}", EntryId::from_bytes([2; 16]).urn()),
            "identifier=urn:oid:1.2|",
        ),
        (
            format!("identifier={}", EntryId::from_bytes([3; 16]).urn()),
            "identifier=urn:uuid:00000000-0000-0000-0000-000000000000",
        ),
        ("creation=2026-06-12".into(), "creation=gt2026-06-12"),
        ("date=ge2026-06-01&date=lt2026-07-01".into(), "date=ge2026-06-01&date=lt2026-06-02"),
        ("period=2026-06".into(), "period=2026-07"),
        ("period-start=2026-06-10".into(), "period-start=2026-06-11"),
        ("period-end=le2026-06-11".into(), "PDSm_DocumentReference_period-end=2026-06-12"),
        ("facility=SA01".into(), "facility=SA02"),
        ("setting=ETABLISSEMENT".into(), "setting=AMBULATOIRE"),
        ("format=urn:ihe:iti:xds-sd:pdf:2008".into(), "format=urn:ihe:iti:xds-sd:text:2008"),
        ("security-label=R".into(), "security-label=N"),
        ("security-label=N,MASQUE_PS".into(), "security-label=INVISIBLE_PATIENT"),
        ("event=DEQP003".into(), "event=DEQP004"),
        (format!("relatesto=DocumentReference/{target}"), "relatesto=DocumentReference/x"),
        ("related=ACC-7".into(), "related:identifier=urn:x|ACC-7"),
        ("isArchived=false".into(), "isArchived=true"),
        ("author.family=fab".into(), "author.family=abre"),
        ("author.family:contains=abr".into(), "author.family:exact=Fabre"),
        ("author:PractitionerRole.practitioner.given=ines".into(), "author.given=anne"),
        ("author.identifier=899700366240".into(), "author.identifier=1750100125"),
        (
            "author:identifier=urn:oid:1.2.250.1.71.4.2.1|899700366240".into(),
            "author:identifier=urn:x|899700366240",
        ),
        (
            "author:PractitionerRole.organization.identifier=1750100125".into(),
            "author.organization.identifier=1",
        ),
        (format!("_id={id},x"), "_id=x"),
        ("_lastUpdated=2026-06-12".into(), "_lastUpdated=2026-06-13"),
        ("_count=2&_sort=-date&_format=json&_pretty=true".into(), "type=x&_pretty=true"),
    ];
    for (right, wrong) in rows {
        assert!(found(&right), "{right}");
        assert!(!found(wrong), "{wrong}");
    }
}

#[test]
fn replaced_and_archived_come_only_when_asked_for() {
    let with = |status: DocumentStatus, more: &str| {
        let mut entry = document_entry();
        entry.status = status;
        query(more).unwrap().matches(RECORD, &entry)
    };
    let deprecated = || DocumentStatus::Deprecated { at: Instant::EPOCH, by: EntryId::from_bytes([7; 16]) };
    let archived = || DocumentStatus::Archived { at: Instant::EPOCH };
    assert!(!with(deprecated(), "") && with(deprecated(), "status=superseded"));
    assert!(
        !with(archived(), "") && !with(archived(), "status=current") && with(archived(), "isArchived=true")
    );
    assert!(
        with(archived(), "isArchived=true,false") && !with(archived(), "isArchived=true&status=superseded")
    );
    for more in ["", "status=current,superseded,entered-in-error&isArchived=true,false"] {
        assert!(!with(DocumentStatus::Deleted { at: Instant::EPOCH }, more));
    }
    assert!(query("status=superseded").unwrap().asked_deprecated() && !query("").unwrap().asked_deprecated());
    assert!(
        query("isArchived=true").unwrap().asked_archived()
            && !query("isArchived=false").unwrap().asked_archived()
    );
}

#[test]
fn what_is_unknown_or_reaches_further_is_refused_by_name() {
    let record = format!("patient=Patient/{RECORD}");
    for (more, name) in [
        ("typ=11488-4", "http.typ"),
        ("type:not=11488-4", "http.type:not"),
        ("type:missing=true", "http.type:missing"),
        ("_include=DocumentReference:author", "http._include"),
        ("_revinclude=List:item", "http._revinclude"),
        ("_include:iterate=x", "http._include:iterate"),
        ("_has:List:item:code=x", "http._has:List:item:code"),
        ("patient.name=x", "http.patient.name"),
        ("author.organization.partof=x", "http.author.organization.partof"),
        ("author=Practitioner/1", "http.author"),
        (record.as_str(), "http.patient"),
        (&who(), "http.patient.identifier"),
        ("_count=-1", "http._count"),
        ("_summary=true", "http._summary"),
        ("_count=many", "http._count"),
        ("_sort=title", "http._sort"),
        ("status=nice", "http.status"),
        ("date=ap2026", "http.date"),
        ("date=x", "http.date"),
        ("date=2026-02-30", "http.date"),
        ("type=", "http.type"),
        ("isArchived=perhaps", "http.isArchived"),
        ("nom de famille=1", "http.…"),
    ] {
        let outcome = query(more).err().unwrap_or_else(|| panic!("{more} was accepted"));
        assert_eq!((outcome.status, outcome.issues[0].expression.as_deref()), (400, Some(name)), "{more}");
    }
    assert_eq!(query("_format=text/turtle").err().unwrap().status, 406);
    assert_eq!(query("_count=1000000").unwrap().count(), 500);
    assert_eq!(query("_count=0").unwrap().count(), 0);
    assert_eq!(query("_summary=count").unwrap().count(), 0);
    for patient in [
        "",
        "status=current",
        "patient=a,b",
        "patient.identifier=279035121518989",
        "patient.identifier=urn:oid:1.2.250.1.213.1.4.8|279035121518900",
    ] {
        assert_eq!(DocumentQuery::parse(&pairs(patient).unwrap()).err().unwrap().status, 400, "{patient}");
    }
}

#[test]
fn a_query_reads_back_as_itself() {
    let first = query("type=a,b&date=ge2026&_count=3&isArchived=true&_pretty=true").unwrap();
    let second = DocumentQuery::parse(&first.to_pairs()).unwrap();
    assert_eq!(first.to_pairs(), second.to_pairs());
    assert_eq!((second.count(), second.asked_archived()), (3, true));
    assert_eq!(second.patient().ins, Some(ins()));
}

fn order(entry: &model::DocumentEntry) -> ihe::fhir::iti67::Order {
    (entry.description.created, entry.description.service_start, entry.updated, entry.id)
}

#[test]
fn the_newest_comes_first() {
    let (mut old, new) = (document_entry(), document_entry());
    old.description.created = "2020-01-01T00:00:00Z".parse().unwrap();
    assert!(query("").unwrap().compare(&order(&new), &order(&old)).is_lt());
    assert!(query("_sort=date").unwrap().compare(&order(&new), &order(&old)).is_gt());
}

#[test]
fn sets_are_found_by_their_parameters() {
    let found = |more: &str| {
        ListQuery::parse(&pairs(&format!("{}&{more}", who())).unwrap())
            .unwrap_or_else(|it| panic!("{more}: {it}"))
            .matches(RECORD, &submission_set())
    };
    for (right, wrong) in [
        ("code=submissionset&status=current", "code=folder"),
        ("status=current", "status=retired"),
        ("date=2026-06-12", "date=2026-06-13"),
        ("identifier=urn:oid:1.2.250.1.999.4.1", "identifier=x"),
        ("designationType=04", "DesignationType=05"),
        ("SourceId=urn:oid:1.2.250.1.999", "sourceId=urn:oid:1.2"),
        ("title=consult", "title=sult"),
        ("title:contains=sult", "title:exact=consultation"),
        ("isArchived=false", "PDSm_isArchived=true"),
        ("source.family=Fabre", "source:PractitionerRole.practitioner.given=Jean"),
        ("authorOrg=1750100125", "authorOrg=x"),
        ("source:identifier=899700366240", "source.identifier=x"),
    ] {
        assert!(found(right), "{right}");
        assert!(!found(wrong), "{wrong}");
    }
    for wrong in ["item=x", "source=x", "title:not=x", "_include=List:item", "encounter=x"] {
        assert_eq!(
            ListQuery::parse(&pairs(&format!("{}&{wrong}", who())).unwrap()).err().unwrap().status,
            400,
            "{wrong}"
        );
    }
}

#[test]
fn links_hold_no_identifier_and_an_empty_page_no_entry() {
    let query = query("status=current&author.family=FABRE&identifier=CR-1").unwrap();
    let pairs_ = query.to_pairs();
    let page =
        Page { base: BASE, of_type: "DocumentReference", pairs: &pairs_, total: 3, next: Some("a/b+c=") };
    let bundle = searchset(&page, vec![json!({ "resourceType": "DocumentReference", "id": "x" })]).to_value();
    assert_eq!(bundle["link"][0]["url"], format!("{BASE}/DocumentReference?status=current"));
    let next = bundle["link"][1]["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    assert_eq!(next_page(&pairs(&next).unwrap()), Some("a/b+c="));
    assert_eq!(bundle["entry"][0]["fullUrl"], format!("{BASE}/DocumentReference/x"));
    let empty = searchset(&Page { total: 0, next: None, ..page }, Vec::<serde_json::Value>::new()).to_value();
    assert_eq!((empty.get("entry"), &empty["total"]), (None, &json!(0)));
}

#[test]
fn a_patient_is_asked_for_by_one_ins() {
    let ask = |text: &str| patient::query(&pairs(text).unwrap());
    assert_eq!(ask(&format!("identifier={INS_SYSTEM}%7C{MATRICULE}")).ok(), Some(ins()));
    for wrong in [
        "",
        "identifier=x",
        "name=x",
        &format!("identifier={INS_SYSTEM}|{MATRICULE},{INS_SYSTEM}|{MATRICULE}"),
    ] {
        assert_eq!(ask(wrong).err().unwrap().status, 400, "{wrong}");
    }
}

/// Names and values near those that mean something.
fn any_pair() -> impl Strategy<Value = (String, String)> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "status",
            "type",
            "date",
            "period",
            "identifier",
            "_id",
            "_count",
            "_sort",
            "isArchived",
            "related",
            "title",
            "author.family",
            "author:identifier",
            "source.given:exact",
            "relatesto",
            "security-label",
            "_lastUpdated",
            "code",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z_:.-]{0,12}",
    ];
    (name, prop_oneof!["[a-z0-9|,\\\\:T+-]{0,24}", "(ge|lt|sa)?[0-9-]{4,10}(T[0-9:.Z+-]{0,16})?", ".{0,12}"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// A search is understood, and then reads back as itself, or is refused by the name of a parameter.
    #[test]
    fn nothing_makes_a_search_panic(more in prop::collection::vec(any_pair(), 0..4)) {
        let mut all = vec![("patient.identifier".to_owned(), format!("{INS_SYSTEM}|{MATRICULE}"))];
        all.extend(more);
        match DocumentQuery::parse(&all) {
            Ok(query) => {
                let again = DocumentQuery::parse(&query.to_pairs()).map_err(|it| TestCaseError::fail(it.to_string()))?;
                prop_assert_eq!(query.matches(RECORD, &document_entry()), again.matches(RECORD, &document_entry()));
            }
            Err(outcome) => prop_assert!(outcome.status == 400 && outcome.issues[0].expression.is_some()),
        }
        if let Ok(query) = ListQuery::parse(&all) {
            query.matches(RECORD, &submission_set());
        }
    }
}

/// The page written as bytes is the page written as a tree.
#[test]
fn a_page_of_entries_written_before_is_the_same_page() {
    use ihe::fhir::document_reference::{Context, write};
    use ihe::fhir::paging::{write_entry, write_searchset};
    let (entry, ins) = (document_entry(), ins());
    let context = Context { base: BASE, record: RECORD, ins: &ins };
    for count in 0..3 {
        let pairs = pairs("status=current").unwrap();
        let page =
            Page { base: BASE, of_type: "DocumentReference", pairs: &pairs, total: count, next: Some("x") };
        let tree = searchset(&page, (0..count).map(|_| write(&entry, &context)).collect());
        let mut left = count;
        let bytes: Result<_, serde_json::Error> = write_searchset(&page, |out| {
            if left == 0 {
                return Ok(false);
            }
            left -= 1;
            write_entry(out, BASE, "DocumentReference", write(&entry, &context)).map(|()| true)
        });
        assert_eq!(bytes.unwrap(), serde_json::to_vec(&tree).unwrap());
    }
}
