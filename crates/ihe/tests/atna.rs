//! A line of the trace told to others: a DICOM audit message in its syslog frame, and a FHIR AuditEvent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ihe::atna::{self, Event, Object, Outcome, Sender, frame};
use ihe::fhir::audit_event::search::Query;
use ihe::fhir::audit_event::{self, Context};
use ihe::fhir::{id_pair, search, xml as fhir_xml};
use model::{
    Act, ActingFor, Caller, Door, EntryId, Fact, Ins, Instant, Person, Profession, Professional, Purpose,
    RecordId, RowId, Standing,
};
use proptest::prelude::*;
use serde_json::Value;
use xml::{Document, Limits};

const RECORD: RecordId = RecordId::from_bytes([7; 16]);
const ENTRY: EntryId = EntryId::from_bytes([8; 16]);
const INS: &str = "279035121518989";

fn ins() -> Ins {
    Ins::from_identifier("urn:oid:1.2.250.1.213.1.4.10", INS).unwrap()
}

fn doctor() -> Caller {
    let me = Professional {
        id: "899700366240".parse().unwrap(),
        name: "Dr Inès Fabre".to_owned(),
        profession: Profession::health("10"),
        specialty: None,
        acting_for: ActingFor::Care,
        standing: Standing::Active,
    };
    Caller { person: Fact::Proved(Person::Professional(me)), ..Caller::nobody(Door::Care) }
}

const SHOWN: Object<'_> = Object { document: Some(ENTRY), type_code: "11488-4", given: true };

fn event<'a>(act: Act, caller: &'a Caller, objects: &'a [Object<'a>]) -> Event<'a> {
    Event {
        at: Instant::from_millis(1_700_000_000_000),
        request: RowId::from_bytes([9; 16]),
        act,
        outcome: Outcome::Done,
        caller,
        address: Some("192.0.2.7"),
        purpose: &Purpose::Normal,
        record: Some(RECORD),
        ins: None,
        objects,
        line: None,
    }
}

#[test]
fn a_golden_message() {
    let caller = doctor();
    let text = atna::encode(&event(Act::Consult, &caller, &[SHOWN]), "carnet-1").unwrap();
    let expected = format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2023-11-14T22:13:20.000Z" EventOutcomeIndicator="0">"#,
            r#"<EventID csd-code="110106" codeSystemName="DCM" originalText="Export"/>"#,
            r#"<EventTypeCode csd-code="consult" codeSystemName="carnet" originalText="consult"/></EventIdentification>"#,
            r#"<ActiveParticipant UserID="899700366240" UserName="Dr Inès Fabre" UserIsRequestor="true" NetworkAccessPointID="192.0.2.7" NetworkAccessPointTypeCode="2">"#,
            r#"<RoleIDCode csd-code="professional" codeSystemName="carnet" originalText="professional"/>"#,
            r#"<RoleIDCode csd-code="110153" codeSystemName="DCM" originalText="Source Role ID"/></ActiveParticipant>"#,
            r#"<ActiveParticipant UserID="carnet-1" UserIsRequestor="false"><RoleIDCode csd-code="110152" codeSystemName="DCM" originalText="Destination Role ID"/></ActiveParticipant>"#,
            r#"<AuditSourceIdentification AuditSourceID="carnet-1"><AuditSourceTypeCode csd-code="4"/></AuditSourceIdentification>"#,
            r#"<ParticipantObjectIdentification ParticipantObjectID="{record}" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1">"#,
            r#"<ParticipantObjectIDTypeCode csd-code="2" codeSystemName="RFC-3881" originalText="Patient Number"/></ParticipantObjectIdentification>"#,
            r#"<ParticipantObjectIdentification ParticipantObjectID="{entry}" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="3">"#,
            r#"<ParticipantObjectIDTypeCode csd-code="9" codeSystemName="RFC-3881" originalText="Report Number"/>"#,
            r#"<ParticipantObjectDetail type="typeCode" value="MTE0ODgtNA=="/><ParticipantObjectDetail type="given" value="dHJ1ZQ=="/></ParticipantObjectIdentification></AuditMessage>"#,
        ),
        record = RECORD,
        entry = ENTRY,
    );
    assert_eq!(text, expected);
}

#[test]
fn every_act_has_a_message_a_frame_and_an_audit_event() {
    let (caller, ins, holder) = (doctor(), ins(), Caller::holder(RECORD));
    let nobody = Caller::upkeep();
    let rules = ["A13".to_owned()];
    for act in Act::ALL {
        for who in [&caller, &holder, &nobody] {
            for outcome in [Outcome::Done, Outcome::Refused(&rules), Outcome::Rejected] {
                let purpose = Purpose::BreakGlass { reason: "Anne Martin fell".to_owned() };
                let event = Event { outcome, purpose: &purpose, ..event(act, who, &[SHOWN]) };
                let text = atna::encode(&event, "carnet").unwrap();
                let document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
                let order: Vec<_> = document.root().children().map(|it| it.name().1).collect();
                let mut sorted = order.clone();
                sorted.sort_by_key(|name| {
                    [
                        "EventIdentification",
                        "ActiveParticipant",
                        "AuditSourceIdentification",
                        "ParticipantObjectIdentification",
                    ]
                    .iter()
                    .position(|it| it == name)
                });
                assert_eq!(order, sorted);
                // the reason of an emergency names people
                assert!(!text.contains("Martin") && !text.contains(INS), "{text}");
                let context =
                    Context { base: "https://localhost:8444/fhir", record: RECORD, ins: Some(&ins) };
                let resource = audit_event::encode(&event, &context);
                assert!(!resource.to_string().contains("Martin"));
                balp(&resource, outcome == Outcome::Done);
                let back =
                    fhir_xml::to_json(fhir_xml::encode(&resource).unwrap().as_bytes(), 1 << 20).unwrap();
                assert_eq!(serde_json::from_slice::<Value>(&back).unwrap(), resource);
            }
        }
    }
}

/// What all patterns of BALP ask, and FHIR's own cardinalities.
fn balp(resource: &Value, done: bool) {
    for needed in ["type", "subtype", "action", "recorded", "outcome", "agent", "source", "entity"] {
        assert!(!resource[needed].is_null(), "{needed}");
    }
    assert_eq!(resource["outcome"] == "0", done);
    let agents = resource["agent"].as_array().unwrap();
    let of =
        |code: &str| agents.iter().filter(|it| it["type"]["coding"][0]["code"] == code).collect::<Vec<_>>();
    assert_eq!((of("110153").len(), of("110152").len()), (1, 1));
    assert!(agents.iter().all(|it| it["requestor"].is_boolean() && it["who"].is_object()));
    assert_eq!(agents.iter().filter(|it| it["requestor"] == true).count(), 1);
    let entities = resource["entity"].as_array().unwrap();
    let patients: Vec<_> = entities.iter().filter(|it| it["role"]["code"] == "1").collect();
    assert_eq!(patients.len(), 1);
    assert_eq!(patients[0]["type"]["code"], "1");
    if let Some(profile) = resource["meta"]["profile"][0].as_str() {
        assert!(done, "no pattern is for a refusal");
        let data: Vec<_> = entities.iter().filter(|it| it["role"]["code"] == "4").collect();
        assert!(data.len() == 1 && data[0]["what"]["reference"].is_string(), "{resource}");
        let (subtype, action) = match profile.rsplit('.').next().unwrap() {
            "PatientRead" => ("read", "R"),
            "PatientCreate" => ("create", "C"),
            "PatientUpdate" => ("update", "U"),
            "PatientDelete" => ("delete", "D"),
            other => panic!("{other}"),
        };
        assert_eq!((&resource["subtype"][0]["code"], &resource["action"]), (&subtype.into(), &action.into()));
    }
}

#[test]
fn an_emergency_and_a_refusal_say_so() {
    let caller = doctor();
    let glass = Purpose::BreakGlass { reason: "x".to_owned() };
    let message =
        atna::encode(&Event { purpose: &glass, ..event(Act::BreakGlass, &caller, &[]) }, "s").unwrap();
    assert!(
        message.contains(r#"csd-code="110127""#)
            && message.contains(r#"<PurposeOfUse csd-code="bris_de_glace""#)
    );
    let rules = ["A13".to_owned(), "A14".to_owned()];
    let refused = Event { outcome: Outcome::Refused(&rules), ..event(Act::BreakGlass, &caller, &[]) };
    let message = atna::encode(&refused, "s").unwrap();
    assert!(!message.contains("110127") && message.contains(r#"EventOutcomeIndicator="4""#));
    assert!(message.contains("refused by A13, A14"));
    let named = Event { ins: Some(&ins()), ..event(Act::Search, &caller, &[]) };
    assert!(!atna::encode(&event(Act::Search, &caller, &[]), "s").unwrap().contains(INS));
    assert!(
        atna::encode(&named, "s").unwrap().contains("279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH")
    );
}

#[test]
fn a_message_says_which_line_it_tells_and_nothing_that_is_withheld() {
    let caller = doctor();
    let untyped = [Object { type_code: "", ..SHOWN }];
    let told = Event { line: Some(4_711), ..event(Act::Consult, &caller, &untyped) };
    let text = atna::encode(&told, "s").unwrap();
    let line = r#"<ParticipantObjectIdentification ParticipantObjectID="4711" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="13"><ParticipantObjectIDTypeCode csd-code="line" codeSystemName="carnet" originalText="Line of the log"/></ParticipantObjectIdentification></AuditMessage>"#;
    assert!(text.ends_with(line), "{text}");
    assert!(!text.contains("typeCode") && text.contains(r#"type="given""#), "{text}");
    assert!(!text.contains(char::is_control), "{text}");
    let many = |count| {
        let objects = vec![SHOWN; count];
        atna::encode(&Event { line: Some(1), ..event(Act::Search, &caller, &objects) }, "s").unwrap()
    };
    assert_eq!(many(100).matches(r#"csd-code="9""#).count(), 100);
    assert!(!many(100).contains("More documents"));
    let text = many(120);
    assert_eq!(text.matches(r#"csd-code="9""#).count(), 100);
    // "20"
    assert!(text.contains(r#"type="count" value="MjA=""#) && text.len() < 48_000, "{}", text.len());
}

#[test]
fn a_frame_counts_its_octets() {
    let at = Instant::from_millis(1_700_000_000_000);
    let bytes = frame(&Sender { host: "nœud 1\n", process: "" }, at, "<é/>");
    let expected = "<85>1 2023-11-14T22:13:20.000Z nud1 carnet - DICOM+RFC3881 - \u{feff}<é/>";
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("{} {expected}", expected.len()));
}

#[test]
fn events_are_searched_by_date_act_agent_and_document() {
    let (caller, holder) = (doctor(), Caller::holder(RECORD));
    let id = |entry: EntryId| id_pair::format(RECORD, entry);
    let matches = |more: &str, event: &Event<'_>| {
        let query = format!("patient={RECORD}&{more}");
        let query = Query::read(&search::pairs(&query).unwrap()).unwrap_or_else(|it| panic!("{more}: {it}"));
        let again = Query::read(&query.to_pairs()).unwrap_or_else(|it| panic!("{more}: {it}"));
        assert_eq!(query.matches(event, id), again.matches(event, id), "{more}");
        query.matches(event, id)
    };
    let read = event(Act::Consult, &caller, &[SHOWN]);
    let own = event(Act::Mask, &holder, &[]);
    let entity = format!("entity=DocumentReference/{}", id(ENTRY));
    for (more, expected) in [
        ("date=2023-11-14", [true, true]),
        ("date=gt2024", [false, false]),
        ("action=R", [true, false]),
        ("action=R,U", [true, true]),
        ("outcome=0", [true, true]),
        ("outcome=4", [false, false]),
        ("subtype=read", [true, false]),
        ("subtype=mask", [false, true]),
        ("subtype=http://hl7.org/fhir/restful-interaction|update", [false, true]),
        ("agent.identifier=899700366240", [true, false]),
        ("agent.identifier=urn:oid:1.2.250.1.71.4.2.1|899700366240", [true, false]),
        ("agent.identifier=urn:oid:1.2.3|899700366240", [false, false]),
        (entity.as_str(), [true, false]),
        ("_sort=-date&_count=3", [true, true]),
    ] {
        assert_eq!([matches(more, &read), matches(more, &own)], expected, "{more}");
    }
    let status = |query: &str| Query::read(&search::pairs(query).unwrap()).err().map(|it| it.status);
    for wrong in [
        "",
        "date=2023",
        "patient=x&wings=1",
        "patient=x&entity=List/1",
        "patient=x&patient=y",
        "patient=x&_sort=date",
        "patient=x&date=x",
        "patient=x&agent=Practitioner/1",
        "patient=x&address=1",
    ] {
        assert_eq!(status(wrong), Some(400), "{wrong}");
    }
    assert_eq!(status("entity=Patient/x"), None);
    assert_eq!(status(&format!("entity.identifier=urn:oid:1.2.250.1.213.1.4.10|{INS}")), None);
}

proptest! {
    #[test]
    fn a_frame_can_be_cut_out_of_a_stream(host in "\\PC{0,20}", text in "\\PC{0,200}", seconds in 0_i64..4_000_000_000) {
        let bytes = frame(&Sender { host: &host, process: "1" }, Instant::from_millis(seconds * 1_000), &text);
        let space = bytes.iter().position(|byte| *byte == b' ').unwrap();
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        prop_assert_eq!(bytes.len() - space - 1, length);
        // the head has its seven words
        let message = std::str::from_utf8(&bytes[space + 1..]).unwrap();
        let head: Vec<_> = message.splitn(8, ' ').collect();
        prop_assert_eq!((head[0], head[3], head[5], head[6]), ("<85>1", "carnet", "DICOM+RFC3881", "-"));
    }
}
