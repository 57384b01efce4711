//! The DMP's own messages as practice software writes them, of invented people.

use ihe::vihf::{Claims, Mode, Role};

use super::super::Actor;
use super::super::bundle::{Person, urn};
use super::super::client::Answer;
use super::{Speaker, assertion, claims, message};

pub const TD0_2: &str = "urn:hl7-org:v3:PRPA_IN201307UV02";
pub const TD0_3: &str = "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization";
pub const TD0_5: &str = "urn:ihe:iti:pdqv3:2007:PDQSupplier_Service:findCandidatesQuery";
pub const TD1_1: &str = "urn:hl7-org:v3:PRPA_IN201311UV02";
pub const TD1_3: &str = "urn:hl7-org:v3:PRPA_IN201314UV02";
/// What stands before the name of an operation of TD1.5.
pub const TD1_5: &str = "urn:si-dmp-patients:PatientSpecificEndPoint:";
pub const AJOUT: &str =
    r#"<setAuthorization xmlns="urn:si-dmp-habilitations"><action>AJOUT</action></setAuthorization>"#;

/// The head of a message, and what stands in its control act.
fn hl7(interaction: &str, control: &str) -> String {
    let id = urn().replace("urn:uuid:", "");
    format!(
        r#"<{interaction} xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="{id}"/><creationTime value="20261122100000"/><interactionId root="2.16.840.1.113883.1.6" extension="{interaction}"/><processingCode code="D"/><processingModeCode code="T"/><acceptAckCode code="AL"/><receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.250.1.213.4.1.1.1"/></device></receiver><sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.250.1.999.8"/><softwareName>Cabinet</softwareName></device></sender><controlActProcess classCode="CACT" moodCode="EVN">{control}</controlActProcess></{interaction}>"#
    )
}

fn reason(code: &str) -> String {
    format!(r#"<reasonCode code="{code}" codeSystem="1.2.250.1.213.1.1.4.11"/>"#)
}

/// 201307, for a reason.
pub fn demographics(person: &Person, why: &str) -> String {
    let (ins, oid) = (&person.ins, &person.oid);
    let query = format!(
        r#"<queryByParameter><queryId root="1.2.250.1.999.8" extension="42"/><statusCode code="new"/><parameterList><patientIdentifier><value root="{oid}" extension="{ins}"/><semanticsText>Patient.id</semanticsText></patientIdentifier></parameterList></queryByParameter>"#
    );
    hl7("PRPA_IN201307UV02", &(reason(why) + &query))
}

pub fn test_existence(person: &Person) -> String {
    demographics(person, "TEST_EXST")
}

/// 201305, by birth name and birth date, and by what else stands there.
pub fn sought(family: &str, born: &str, rest: &str) -> String {
    let born = born.replace('-', "");
    hl7(
        "PRPA_IN201305UV02",
        &format!(
            r#"<queryByParameter><queryId root="1.2.250.1.999.8" extension="43"/><statusCode code="new"/><parameterList><livingSubjectBirthTime><value value="{born}"/><semanticsText>LivingSubject.birthTime</semanticsText></livingSubjectBirthTime>{rest}<livingSubjectName><value><family>{family}</family></value><semanticsText>LivingSubject.name</semanticsText></livingSubjectName></parameterList></queryByParameter>"#
        ),
    )
}

pub fn consent(code: &str, value: bool) -> String {
    format!(
        r#"<subjectOf typeCode="SBJ"><administrativeObservation classCode="OBS" moodCode="EVN"><code code="{code}" codeSystem="1.2.250.1.213.4.1.2.3"/><value value="{value}"/></administrativeObservation></subjectOf>"#
    )
}

/// As an opening says who somebody is; contacts beside.
pub fn identity(person: &Person, contacts: &str) -> String {
    let Person { family, given, all_given, birth_place, .. } = person;
    let (born, sex) = (person.birth_date.replace('-', ""), if person.gender == "male" { "M" } else { "F" });
    format!(
        r#"<name><family qualifier="BR">{family}</family><family qualifier="SP">{family}</family><given qualifier="BR">{given}</given><given>{all_given}</given></name>{contacts}<administrativeGenderCode code="{sex}"/><birthTime value="{born}"/><birthPlace classCode="BIRTHPL"><addr><county>{birth_place}</county></addr></birthPlace>"#
    )
}

/// 201311 and 201314: the reason, the status it leads to, the person, what the holder said.
fn registration(
    interaction: &str,
    why: (&str, &str),
    person: &Person,
    said: (&str, &str),
    end: &str,
) -> String {
    let ((why, status), (who, consents)) = (why, said);
    let Person { ins, oid, .. } = person;
    hl7(
        interaction,
        &format!(
            r#"{}<subject typeCode="SUBJ"><registrationRequest classCode="REG" moodCode="RQO"><statusCode code="active"/><subject1 typeCode="SBJ"><patient classCode="PAT"><id root="{oid}" extension="{ins}"/><statusCode code="{status}"/><patientPerson classCode="PSN" determinerCode="INSTANCE">{who}</patientPerson>{consents}</patient></subject1></registrationRequest></subject>{end}"#,
            reason(why)
        ),
    )
}

pub fn creation(person: &Person, contacts: &str, consents: &str) -> String {
    registration(
        "PRPA_IN201311UV02",
        ("CREA_RD", "active"),
        person,
        (&identity(person, contacts), consents),
        "",
    )
}

/// All that an opening asks for.
pub fn consents() -> String {
    [
        consent("CONSENTEMENT_OUVERTURE_DMP", true),
        consent("OPPOSITION_BRIS_DE_GLACE", false),
        consent("OPPOSITION_ACCES_URGENCE", true),
    ]
    .concat()
}

pub fn reactivation(person: &Person, consents: &str) -> String {
    registration("PRPA_IN201314UV02", ("REAC", "active"), person, ("", consents), "")
}

pub fn change(person: &Person, who: &str, consents: &str) -> String {
    registration("PRPA_IN201314UV02", ("MODIF_DATA", "active"), person, (who, consents), "")
}

pub fn closing(person: &Person, words: &str) -> String {
    let why = format!(
        r#"<reasonOf typeCode="RSON"><detectedIssueEvent classCode="ALRT" moodCode="EVN"><code code="FERMETURE_DEMANDE_PATIENT" codeSystem="1.2.250.1.213.4.1.2.4"/><text>{words}</text></detectedIssueEvent></reasonOf>"#
    );
    registration("PRPA_IN201314UV02", ("FERM", "terminated"), person, ("", ""), &why)
}

impl Speaker<'_> {
    /// One of the messages of `/dmp/patients`.
    pub fn patients(&self, action: &str, person: &Person, body: &str) -> Answer {
        self.ask("/dmp/patients", action, person, body)
    }

    /// By an agent at a counter, who has a card and no profession.
    pub fn at_a_counter(&self, action: &str, person: &Person, body: &str) -> Answer {
        let envelope = message(action, &assertion(&agent_s(&self.actor, person), &self.card), body);
        self.send("/dmp/patients", action, &envelope)
    }

    /// An operation of TD1.5 with these parameters.
    pub fn access(&self, name: &str, person: &Person, parameters: &[(&str, &str)]) -> Answer {
        let all: String = parameters.iter().map(|(name, it)| format!("<{name}>{it}</{name}>")).collect();
        let body = format!(r#"<{name} xmlns="urn:si-dmp-patients">{all}</{name}>"#);
        self.at_a_counter(&format!("{TD1_5}{name}"), person, &body)
    }
}

fn agent_s(actor: &Actor, person: &Person) -> Claims {
    let theirs = claims(actor, person);
    let id = actor.text("id").parse().unwrap();
    Claims { mode: Mode::Direct, person: id, role: Role::Other("SECRETARIAT_MEDICAL".into()), ..theirs }
}
