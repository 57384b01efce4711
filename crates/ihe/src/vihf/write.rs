//! Minting: for demonstration clients, for sending, for tests. What is written is what [`super::read`] reads.

use jiff::Timestamp;
use model::{Ins, Instant, Profession, PsIdNat, Purpose, StructIdNat};
use xml::signature::{CannotSign, Certificate, SigningKey, sign};
use xml::{WriteError, Writer};

use super::claims::{Mode, PracticeSoftware, Role, Version};
use super::{HL7, RESOURCE, SAML, X509_SUBJECT, XSI, attribute, codes};

/// What an assertion is to say.
#[derive(Debug, Clone)]
pub struct Claims {
    pub id: String,
    pub issued: Instant,
    pub not_on_or_after: Instant,
    pub version: Version,
    pub mode: Mode,
    pub person: PsIdNat,
    pub person_name: String,
    pub organisation: StructIdNat,
    /// `SA07`.
    pub sector: String,
    pub role: Role,
    pub patient: Option<Ins>,
    pub purpose: Purpose,
    pub hidden_from_representatives: bool,
    pub software: PracticeSoftware,
    /// `SmartcardPKI`, and the declaration that INDIRECTE_RENFORCEE wants.
    pub class: String,
    pub declaration: Option<String>,
}

/// The signed assertion, as a document of its own: [`xml::Writer::copy`] puts it into an envelope.
pub fn write(claims: &Claims, key: &dyn SigningKey) -> Result<String, CannotSign> {
    let certificate = key.certificates().first().ok_or(CannotSign)?;
    let certificate = Certificate::parse(certificate).map_err(|_| CannotSign)?;
    let unsigned = unsigned(claims, &certificate).map_err(|_| CannotSign)?;
    sign(&unsigned, "ID", key)
}

fn unsigned(claims: &Claims, certificate: &Certificate) -> Result<String, WriteError> {
    let issued = instant(claims.issued);
    let mut writer = Writer::new();
    writer.start("saml2:Assertion").attribute("xmlns:saml2", SAML);
    writer.attribute("ID", &claims.id).attribute("IssueInstant", &issued).attribute("Version", "2.0");
    writer.start("saml2:Issuer").attribute("Format", X509_SUBJECT).text(&subject(certificate)).end();
    writer.start("saml2:Subject").element("saml2:NameID", &claims.person.to_string()).end();
    writer.start("saml2:Conditions").attribute("NotBefore", &issued);
    writer.attribute("NotOnOrAfter", &instant(claims.not_on_or_after)).end();
    writer.start("saml2:AuthnStatement").attribute("AuthnInstant", &issued).start("saml2:AuthnContext");
    writer.element("saml2:AuthnContextClassRef", &format!("{}{}", codes::CLASS_PREFIX, claims.class));
    if let Some(declaration) = &claims.declaration {
        writer.element("saml2:AuthnContextDecl", declaration);
    }
    writer.end().end().start("saml2:AttributeStatement");
    statement(&mut writer, claims);
    writer.end().end();
    writer.finish()
}

fn statement(writer: &mut Writer, claims: &Claims) {
    let version = match claims.version {
        Version::V3 => "3.0",
        Version::V4 => "4.0",
    };
    let mode = match claims.mode {
        Mode::Direct => "DIRECTE",
        Mode::Indirect => "INDIRECTE",
        Mode::IndirectReinforced => "INDIRECTE_RENFORCEE",
    };
    let software = &claims.software;
    let organisation = claims.organisation.to_string();
    let sector = format!("{}^{}", claims.sector, codes::SECTOR_OID);
    for (name, value) in [
        (attribute::VERSION, version),
        (attribute::MODE, mode),
        (attribute::STRUCTURE, &organisation),
        (attribute::SECTOR, &sector),
        (attribute::SUBJECT, &claims.person_name),
        (attribute::RESOURCE, RESOURCE),
        (attribute::HOMOLOGATION, &software.homologation),
        (attribute::SOFTWARE, &software.name),
    ] {
        simple(writer, name, value);
    }
    if let Some(version) = &software.version {
        simple(writer, attribute::SOFTWARE_VERSION, version);
    }
    if let Some(installation) = &software.installation {
        simple(writer, attribute::SOFTWARE_ID, installation);
    }
    if let Some(ins) = &claims.patient {
        let id = format!("{}^^^&{}&ISO^NH", ins.matricule(), ins.authority().oid());
        simple(writer, attribute::PATIENT, &id);
    }
    if claims.hidden_from_representatives {
        simple(writer, attribute::CONFIDENTIALITY, codes::HIDDEN_FROM_REPRESENTATIVES);
    }
    if let Purpose::BreakGlass { reason } = &claims.purpose {
        simple(writer, attribute::REASON, reason);
    }
    writer.start("saml2:Attribute").attribute("Name", attribute::ROLE);
    for (code, system) in roles(&claims.role) {
        coded(writer, "Role", &code, system);
    }
    writer.end();
    let purpose = match claims.purpose {
        Purpose::Normal => "normal",
        Purpose::BreakGlass { .. } => "bris_de_glace",
        Purpose::Regulation => "centre_15",
    };
    let [system, _] = codes::PURPOSE_OIDS;
    writer.start("saml2:Attribute").attribute("Name", attribute::PURPOSE);
    coded(writer, "PurposeOfUse", purpose, system);
    writer.end();
}

fn roles(role: &Role) -> Vec<(String, &'static str)> {
    match role {
        Role::Other(code) => vec![(code.clone(), codes::OTHER_OID)],
        Role::Profession { profession: Profession { table, code }, detail } => {
            let mut roles = vec![(code.clone(), codes::profession_oid(*table))];
            let second = codes::second_table(*table, code).unwrap_or_default();
            roles.extend(detail.iter().map(|detail| (detail.clone(), second)));
            roles
        }
    }
}

fn simple(writer: &mut Writer, name: &str, value: &str) {
    writer.start("saml2:Attribute").attribute("Name", name);
    writer.element("saml2:AttributeValue", value).end();
}

fn coded(writer: &mut Writer, element: &str, code: &str, system: &str) {
    writer.start("saml2:AttributeValue").start(element);
    writer.attribute("xmlns", HL7).attribute("xmlns:xsi", XSI).attribute("xsi:type", "CE");
    writer.attribute("code", code).attribute("codeSystem", system).end().end();
}

/// The subject of the certificate as RFC 4514 writes it, least significant first as it stands in it.
fn subject(certificate: &Certificate) -> String {
    let pairs: Vec<String> = certificate
        .subject()
        .iter()
        .rev()
        .map(|(kind, value)| {
            let kind = match kind.as_str() {
                "2.5.4.3" => "CN",
                "2.5.4.6" => "C",
                "2.5.4.8" => "ST",
                "2.5.4.10" => "O",
                "2.5.4.11" => "OU",
                other => other,
            };
            let mut escaped = String::new();
            for character in value.chars() {
                if matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '#' | '=') {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
            format!("{kind}={escaped}")
        })
        .collect();
    pairs.join(",")
}

fn instant(instant: Instant) -> String {
    let timestamp: Timestamp = instant.timestamp();
    timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
