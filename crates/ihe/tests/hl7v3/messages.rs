//! Messages as software writes them, of synthetic people; each part can be replaced by a test.

use ihe::hl7v3::wrapper::Reply;
use model::Instant;
use xml::{Document, Limits, Writer};

pub const INS: &str = "279035121518989";
pub const TEST: &str = "1.2.250.1.213.1.4.10";

/// The head of a message, and what stands in its control act.
pub fn message(interaction: &str, control: &str) -> String {
    format!(
        r#"<{interaction} xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ITSVersion="XML_1.0">
  <id root="1.3.6.1.4.1.99999.1" extension="8e7c0f0a"/>
  <creationTime value="20260102030405"/>
  <interactionId root="2.16.840.1.113883.1.6" extension="{interaction}"/>
  <processingCode code="D"/>
  <processingModeCode code="T"/>
  <acceptAckCode code="AL"/>
  <receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.250.1.213.4.1.1.1"/><softwareName>DMP</softwareName></device></receiver>
  <sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.3.6.1.4.1.99999"/><softwareName>Logiciel</softwareName></device></sender>
  <attentionLine xsi:nil="true"/>
  <controlActProcess classCode="CACT" moodCode="EVN">{control}</controlActProcess>
</{interaction}>"#
    )
}

pub fn reason(code: &str) -> String {
    format!(r#"<reasonCode code="{code}" codeSystem="1.2.250.1.213.1.1.4.11" displayName="…"/>"#)
}

/// 201307
pub fn demographics(code: &str) -> String {
    message(
        "PRPA_IN201307UV02",
        &format!(
            r#"{}<queryByParameter><queryId root="1.3.6.1.4.1.99999.2" extension="87d5"/><statusCode code="new"/><parameterList><dataSource xsi:nil="true"/><patientIdentifier><value root="{TEST}" extension="{INS}"/><semanticsText>Patient.id</semanticsText></patientIdentifier></parameterList></queryByParameter>"#,
            reason(code)
        ),
    )
}

/// 201305
pub fn candidates(parameters: &str) -> String {
    message(
        "PRPA_IN201305UV02",
        &format!(
            r#"<code code="PRPA_TE201305UV02" codeSystem="2.16.840.1.113883.1.6"/><queryByParameter><queryId root="1.3.6.1.4.1.99999.2" extension="1"/><statusCode code="new"/><parameterList>{parameters}</parameterList></queryByParameter>"#
        ),
    )
}

pub const BY_NAME: &str = r#"<livingSubjectAdministrativeGender><value code="F"/><semanticsText>LivingSubject.administrativeGender</semanticsText></livingSubjectAdministrativeGender><livingSubjectBirthTime><value value="19790328"/><semanticsText>LivingSubject.birthTime</semanticsText></livingSubjectBirthTime><livingSubjectName><value use="SRCH"><family>ESSAI</family><given>Anne</given></value><semanticsText>LivingSubject.name</semanticsText></livingSubjectName><patientAddress><value><postalCode>75005</postalCode><city>Paris</city></value><semanticsText>LivingSubject.addr</semanticsText></patientAddress>"#;

pub const NAME: &str = r#"<name><prefix>Mme</prefix><family qualifier="BR">ESSAI</family><family qualifier="SP">MODELE</family><given qualifier="BR">Anne</given><given>Anne, Marie</given></name>"#;

pub const PERSON: &str = r#"<telecom use="HP" value="tel:0102030405"/><telecom use="MC" value="tel:0602030405"/><telecom value="mailto:anne@essai.example"/><administrativeGenderCode code="F"/><birthTime value="19790328"/><addr><streetAddressLine>1, rue de l'Essai</streetAddressLine><postalCode>75005</postalCode><city>Paris</city><country>France</country></addr>"#;

pub const BIRTH_PLACE: &str =
    r#"<birthPlace classCode="BIRTHPL"><addr><county>51215</county></addr></birthPlace>"#;

pub fn consent(code: &str, value: &str) -> String {
    format!(
        r#"<subjectOf typeCode="SBJ"><administrativeObservation classCode="OBS" moodCode="EVN"><code code="{code}" codeSystem="1.2.250.1.213.4.1.2.3"/><effectiveTime value="20260102"/><value value="{value}"/></administrativeObservation></subjectOf>"#
    )
}

pub fn consents() -> String {
    [
        consent("CONSENTEMENT_OUVERTURE_DMP", "true"),
        consent("OPPOSITION_BRIS_DE_GLACE", "false"),
        consent("OPPOSITION_ACCES_URGENCE", "true"),
    ]
    .concat()
}

/// 201311 and 201314
pub fn registration(interaction: &str, code: &str, status: &str, person: &str, rest: &str) -> String {
    message(
        interaction,
        &format!(
            r#"{}<subject typeCode="SUBJ" contextConductionInd="false"><registrationRequest classCode="REG" moodCode="RQO"><statusCode code="active"/><subject1 typeCode="SBJ"><patient classCode="PAT"><id root="{TEST}" extension="{INS}"/><statusCode code="{status}"/><patientPerson classCode="PSN" determinerCode="INSTANCE">{person}</patientPerson><providerOrganization classCode="ORG" determinerCode="INSTANCE" xsi:nil="true"/>{rest}</patient></subject1><author typeCode="AUT"><assignedEntity classCode="ASSIGNED"><id root="1.2.250.1.71.4.2.1" extension="899700366240"/><code code="G15_10/SM04"/><assignedPerson classCode="PSN" determinerCode="INSTANCE"><name><family>MEDECIN</family></name></assignedPerson><representedOrganization classCode="ORG" determinerCode="INSTANCE"><id root="1.2.250.1.71.4.2.2" extension="10B0172805"/><name>Cabinet</name><contactParty classCode="CON"/></representedOrganization></assignedEntity></author></registrationRequest></subject>"#,
            reason(code)
        ),
    )
}

pub fn creation() -> String {
    registration("PRPA_IN201311UV02", "CREA_RD", "active", &[NAME, PERSON, BIRTH_PLACE].concat(), &consents())
}

pub fn closing(code: &str, words: &str) -> String {
    registration("PRPA_IN201314UV02", "FERM", "terminated", NAME, "").replace(
        "</controlActProcess>",
        &format!(
            r#"<reasonOf typeCode="RSON"><detectedIssueEvent classCode="ALRT" moodCode="EVN"><code code="{code}" codeSystem="1.2.250.1.213.4.1.2.4"/><text>{words}</text></detectedIssueEvent></reasonOf></controlActProcess>"#
        ),
    )
}

pub fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub const UUID: &str = "3f0e7a52-0b0c-4f0e-9a86-9a1f7d1f0c11";

pub fn at() -> Instant {
    "2026-03-04T05:06:07.000Z".parse().unwrap()
}

pub fn reply(to: &ihe::hl7v3::wrapper::Wrapper) -> Reply<'_> {
    Reply { id: UUID, at: at(), to }
}

pub fn written(write: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::new();
    write(&mut out);
    out.finish().unwrap()
}
