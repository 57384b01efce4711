//! One event as a DICOM audit message (PS3.15 A.5.1).

use xml::{WriteError, Writer};

use super::{Event, Kind, Outcome, Who, action, purpose, who};

/// Documents that one message names; receivers of syslog take short messages.
const OBJECTS_MAX: usize = 100;

/// The message, on one line. `source`: the id of this service among those that send to one repository.
pub fn encode(event: &Event<'_>, source: &str) -> Result<String, WriteError> {
    let mut out = Writer::with_declaration();
    out.start("AuditMessage");
    identification(&mut out, event);
    for (place, one) in who(event.caller).iter().enumerate() {
        participant(&mut out, one, place == 0, event.address);
    }
    server(&mut out, source);
    out.start("AuditSourceIdentification").attribute("AuditSourceID", source);
    out.start("AuditSourceTypeCode").attribute("csd-code", "4").end().end();
    patient(&mut out, event);
    for object in event.objects.iter().take(OBJECTS_MAX) {
        document(&mut out, object);
    }
    if let Some(more) = event.objects.len().checked_sub(OBJECTS_MAX).filter(|more| *more > 0) {
        object(&mut out, "more", "2", "3");
        coded(&mut out, "ParticipantObjectIDTypeCode", "more", "carnet", "More documents");
        detail(&mut out, "count", &more.to_string());
        out.end();
    }
    if let Some(line) = event.line {
        object(&mut out, &line.to_string(), "2", "13");
        coded(&mut out, "ParticipantObjectIDTypeCode", "line", "carnet", "Line of the log");
        out.end();
    }
    out.end();
    // receivers of syslog take a control character for an attack, and write it otherwise
    Ok(out.finish()?.replacen("?>\n", "?>", 1))
}

fn coded(out: &mut Writer, name: &str, code: &str, system: &str, meaning: &str) {
    out.start(name).attribute("csd-code", code).attribute("codeSystemName", system);
    out.attribute("originalText", meaning).end();
}

fn identification(out: &mut Writer, event: &Event<'_>) {
    out.start("EventIdentification");
    out.attribute("EventActionCode", action(event.act));
    out.attribute("EventDateTime", &event.at.to_string());
    out.attribute("EventOutcomeIndicator", event.outcome.indicator());
    let kind = Kind::of(event.act);
    let (code, meaning) = kind.coded();
    coded(out, "EventID", code, "DCM", meaning);
    match event.act {
        model::Act::LogIn => coded(out, "EventTypeCode", "110122", "DCM", "Login"),
        model::Act::BreakGlass if event.outcome == Outcome::Done => {
            coded(out, "EventTypeCode", "110127", "DCM", "Emergency Override Started");
        }
        _ => {}
    }
    let act = event.act.to_string();
    coded(out, "EventTypeCode", &act, "carnet", &act.replace('_', " "));
    if let Some(words) = event.outcome.words() {
        out.element("EventOutcomeDescription", &words);
    }
    if let Some(code) = purpose(event.purpose) {
        coded(out, "PurposeOfUse", code, "1.2.250.1.213.1.1.4.248", code);
    }
    out.end();
}

fn participant(out: &mut Writer, one: &Who, requests: bool, address: Option<&str>) {
    out.start("ActiveParticipant").attribute("UserID", &one.id);
    if let Some(name) = &one.name {
        out.attribute("UserName", name);
    }
    out.attribute("UserIsRequestor", if requests { "true" } else { "false" });
    if let Some(address) = address.filter(|_| requests) {
        out.attribute("NetworkAccessPointID", address).attribute("NetworkAccessPointTypeCode", "2");
    }
    coded(out, "RoleIDCode", one.role, "carnet", one.role);
    if requests {
        coded(out, "RoleIDCode", "110153", "DCM", "Source Role ID");
    }
    out.end();
}

fn server(out: &mut Writer, source: &str) {
    out.start("ActiveParticipant").attribute("UserID", source).attribute("UserIsRequestor", "false");
    coded(out, "RoleIDCode", "110152", "DCM", "Destination Role ID");
    out.end();
}

fn object(out: &mut Writer, id: &str, kind: &str, role: &str) {
    out.start("ParticipantObjectIdentification").attribute("ParticipantObjectID", id);
    out.attribute("ParticipantObjectTypeCode", kind).attribute("ParticipantObjectTypeCodeRole", role);
}

fn patient(out: &mut Writer, event: &Event<'_>) {
    let id = match (event.ins, event.record) {
        (Some(ins), _) => format!("{}^^^&{}&ISO^NH", ins.matricule(), ins.authority().oid()),
        (None, Some(record)) => record.to_string(),
        (None, None) => return,
    };
    object(out, &id, "1", "1");
    coded(out, "ParticipantObjectIDTypeCode", "2", "RFC-3881", "Patient Number");
    out.end();
}

fn document(out: &mut Writer, it: &super::Object<'_>) {
    let id = it.document.map_or_else(|| "none".to_owned(), |id| id.to_string());
    object(out, &id, "2", "3");
    coded(out, "ParticipantObjectIDTypeCode", "9", "RFC-3881", "Report Number");
    for (kind, value) in [("typeCode", it.type_code), ("given", if it.given { "true" } else { "false" })] {
        if value.is_empty() {
            continue;
        }
        detail(out, kind, value);
    }
    out.end();
}

fn detail(out: &mut Writer, kind: &str, value: &str) {
    let value = crate::fhir::datatypes::to_base64(value.as_bytes());
    out.start("ParticipantObjectDetail").attribute("type", kind).attribute("value", &value).end();
}
