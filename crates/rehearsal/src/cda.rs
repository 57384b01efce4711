//! Writes a CDA R2 document with the French header (CI-SIS, minimal structure 1.2.250.1.213.1.1.1.1):
//! a body of titled sections to be read by people, or a file enclosed (level 1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{Coding, Instant, QualifiedIdentity, Sex, code};
use xml::{WriteError, Writer};

use crate::cast::House;

/// One document, about one person, by one author.
pub struct Cda<'a> {
    /// UUID, as `ClinicalDocument/id/@root`.
    pub id: &'a str,
    /// UUID shared by all versions.
    pub set_id: &'a str,
    pub version: u32,
    pub model: Model,
    /// Of JDV_J07, with its display.
    pub kind: Coding,
    pub title: &'a str,
    pub written: Instant,
    pub service: Service,
    pub patient: &'a QualifiedIdentity,
    pub birth_city: &'a str,
    /// Where the patient can be reached: `tel:` and `mailto:` addresses.
    pub telecom: Vec<String>,
    pub author: Author<'a>,
    /// The author's house, which also keeps the document.
    pub house: &'a House,
    pub body: Body<'a>,
}

/// The template the document follows beside the two of every French one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    pub template: &'static str,
    pub version: Option<&'static str>,
}

impl Model {
    /// A file in a CDA header: exactly three templates, this the third.
    pub const LEVEL_1: Self = Self { template: code::LEVEL_1_TEMPLATE, version: None };
    /// Our own, under no authority but chance: sections without coded entries, so that no published
    /// model is claimed that is not kept.
    pub const REHEARSAL: Self = Self { template: "2.25.246862108031962271354163902188402377", version: None };
}

/// What was done: its time, its code where it has one, and the setting (JDV_J04).
pub struct Service {
    pub from: Instant,
    pub to: Option<Instant>,
    pub setting: (&'static str, &'static str),
}

#[derive(Clone, Copy)]
pub struct Author<'a> {
    /// PS_IdNat.
    pub id: &'a str,
    pub title: &'a str,
    pub given: &'a str,
    pub family: &'a str,
    /// Of JDV_J01: `G15_10/SM26` and its label.
    pub specialty: (&'a str, &'a str),
    /// Written by no person: `family` names the software's owner.
    pub software: bool,
}

pub enum Body<'a> {
    Sections(Vec<Section>),
    /// Media type and content.
    File(&'static str, &'a [u8]),
}

#[derive(Clone, Debug, Default)]
pub struct Section {
    /// LOINC code and label.
    pub code: (&'static str, &'static str),
    pub title: String,
    pub paragraphs: Vec<String>,
    pub items: Vec<String>,
    /// The first row names the columns.
    pub table: Vec<Vec<String>>,
    /// The same results again, coded.
    pub facts: Vec<Observation>,
}

/// A measured value as an entry of its section, for software.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The row of the table that says it, the first below the head being 1.
    pub row: usize,
    /// LOINC code and label.
    pub code: (&'static str, &'static str),
    /// Number as XML writes it, and its UCUM unit.
    pub value: (String, &'static str),
    /// `N`, `H` or `L` (HL7 ObservationInterpretation).
    pub interpretation: &'static str,
    pub low: Option<String>,
    pub high: Option<String>,
    pub at: Instant,
}

const G15: &str = "1.2.250.1.213.1.1.4.5";
const FACILITY: &str = "1.2.250.1.71.4.2.4";
const SETTING: &str = "1.2.250.1.213.1.1.4.9";
/// The authors that are no professionals (TRE_A00).
const NO_PROFESSIONAL: &str = "1.2.250.1.213.1.1.4.6";
const INTERPRETATION: &str = "2.16.840.1.113883.5.83";
const GENDER: &str = "2.16.840.1.113883.5.1";

/// The document, in UTF-8.
pub fn write(cda: &Cda<'_>) -> Result<String, WriteError> {
    let mut out = Writer::with_declaration();
    out.start("ClinicalDocument").attribute("xmlns", "urn:hl7-org:v3");
    out.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    identification(&mut out, cda);
    record_target(&mut out, cda);
    author(&mut out, cda);
    custodian(&mut out, cda.house);
    legal_authenticator(&mut out, cda);
    documentation_of(&mut out, cda);
    component_of(&mut out, cda);
    out.start("component");
    match &cda.body {
        Body::Sections(sections) => structured(&mut out, sections),
        Body::File(media_type, bytes) => {
            out.start("nonXMLBody").start("text").attribute("mediaType", media_type);
            out.attribute("representation", "B64").text(&STANDARD.encode(bytes)).end().end();
        }
    }
    out.end().end();
    out.finish()
}

/// A moment as HL7 writes it, in French time: `20261121104500+0100`.
pub fn hl7_time(instant: Instant) -> String {
    instant.in_paris().strftime("%Y%m%d%H%M%S%z").to_string()
}

fn identification(out: &mut Writer, cda: &Cda<'_>) {
    empty(out, "realmCode", &[("code", "FR")]);
    empty(out, "typeId", &[("root", "2.16.840.1.113883.1.3"), ("extension", "POCD_HD000040")]);
    empty(out, "templateId", &[("root", "2.16.840.1.113883.2.8.2.1")]);
    empty(out, "templateId", &[("root", "1.2.250.1.213.1.1.1.1")]);
    match cda.model.version {
        Some(version) => {
            empty(out, "templateId", &[("root", cda.model.template), ("extension", version)]);
        }
        None => empty(out, "templateId", &[("root", cda.model.template)]),
    }
    empty(out, "id", &[("root", cda.id)]);
    let display = cda.kind.display.as_deref().unwrap_or(&cda.kind.code);
    coded(out, "code", (&cda.kind.code, display), &cda.kind.system);
    out.element("title", cda.title);
    empty(out, "effectiveTime", &[("value", &hl7_time(cda.written))]);
    coded(out, "confidentialityCode", ("N", "Normal"), code::V3_CONFIDENTIALITY);
    empty(out, "languageCode", &[("code", "fr-FR")]);
    empty(out, "setId", &[("root", cda.set_id)]);
    empty(out, "versionNumber", &[("value", &cda.version.to_string())]);
}

fn record_target(out: &mut Writer, cda: &Cda<'_>) {
    let (ins, traits) = (&cda.patient.ins, &cda.patient.traits);
    out.start("recordTarget").start("patientRole");
    empty(out, "id", &[("extension", ins.matricule()), ("root", ins.authority().oid())]);
    empty(out, "addr", &[("nullFlavor", "NASK")]);
    if cda.telecom.is_empty() {
        empty(out, "telecom", &[("nullFlavor", "NASK")]);
    }
    for address in &cda.telecom {
        empty(out, "telecom", &[("value", address)]);
    }
    out.start("patient").attribute("classCode", "PSN").start("name");
    qualified(out, "family", "BR", traits.birth_name.as_str());
    if let Some(used) = &traits.used_name {
        qualified(out, "family", "CL", used.as_str());
    }
    let all: Vec<_> = traits.given_names.iter().map(model::Name::as_str).collect();
    out.element("given", &all.join(" "));
    qualified(out, "given", "BR", traits.first_given.as_str());
    if let Some(used) = &traits.used_given {
        qualified(out, "given", "CL", used.as_str());
    }
    out.end();
    match traits.sex {
        Sex::Female => coded(out, "administrativeGenderCode", ("F", "Féminin"), GENDER),
        Sex::Male => coded(out, "administrativeGenderCode", ("M", "Masculin"), GENDER),
        Sex::Unknown => coded(out, "administrativeGenderCode", ("U", "Inconnu"), GENDER),
    }
    empty(out, "birthTime", &[("value", &traits.birth_date.strftime("%Y%m%d").to_string())]);
    out.start("birthplace").start("place").start("addr");
    out.element("county", traits.birth_place.as_str()).element("city", cda.birth_city);
    out.end().end().end().end().end().end();
}

fn author(out: &mut Writer, cda: &Cda<'_>) {
    out.start("author");
    empty(out, "time", &[("value", &hl7_time(cda.written))]);
    out.start("assignedAuthor");
    empty(out, "id", &[("root", PS_IDNAT_OID), ("extension", cda.author.id)]);
    specialty(out, &cda.author);
    address(out, cda.house);
    if cda.author.software {
        out.start("assignedAuthoringDevice").element("manufacturerModelName", cda.author.family);
        out.element("softwareName", cda.author.family).end();
    } else {
        person(out, &cda.author);
    }
    organisation(out, cda.house, None);
    out.end().end();
}

fn custodian(out: &mut Writer, house: &House) {
    out.start("custodian").start("assignedCustodian").start("representedCustodianOrganization");
    house_id(out, house);
    out.element("name", house.name);
    empty(out, "telecom", &[("nullFlavor", "NASK")]);
    address(out, house);
    out.end().end().end();
}

fn legal_authenticator(out: &mut Writer, cda: &Cda<'_>) {
    out.start("legalAuthenticator");
    empty(out, "time", &[("value", &hl7_time(cda.written))]);
    empty(out, "signatureCode", &[("code", "S")]);
    out.start("assignedEntity");
    empty(out, "id", &[("root", PS_IDNAT_OID), ("extension", cda.author.id)]);
    specialty(out, &cda.author);
    person(out, &cda.author);
    organisation(out, cda.house, None);
    out.end().end();
}

fn documentation_of(out: &mut Writer, cda: &Cda<'_>) {
    out.start("documentationOf").start("serviceEvent");
    period(out, &cda.service);
    out.start("performer").attribute("typeCode", "PRF").start("assignedEntity");
    empty(out, "id", &[("root", PS_IDNAT_OID), ("extension", cda.author.id)]);
    specialty(out, &cda.author);
    person(out, &cda.author);
    organisation(out, cda.house, Some(cda.service.setting));
    out.end().end().end().end();
}

fn component_of(out: &mut Writer, cda: &Cda<'_>) {
    out.start("componentOf").start("encompassingEncounter");
    period(out, &cda.service);
    out.start("location").start("healthCareFacility");
    house_id(out, cda.house);
    coded(out, "code", cda.house.facility, FACILITY);
    out.end().end().end().end();
}

fn structured(out: &mut Writer, sections: &[Section]) {
    out.start("structuredBody");
    for (section, number) in sections.iter().zip(1..) {
        out.start("component").start("section");
        coded(out, "code", section.code, code::LOINC);
        out.element("title", &section.title).start("text");
        for paragraph in &section.paragraphs {
            out.element("paragraph", paragraph);
        }
        if !section.items.is_empty() {
            out.start("list").attribute("listType", "unordered");
            section.items.iter().for_each(|item| {
                out.element("item", item);
            });
            out.end();
        }
        if let Some((columns, rows)) = section.table.split_first() {
            out.start("table").start("thead").start("tr");
            cells(out, "th", columns);
            out.end().end().start("tbody");
            for (texts, row) in rows.iter().zip(1..) {
                out.start("tr");
                if section.facts.iter().any(|fact| fact.row == row) {
                    out.attribute("ID", &row_id(number, row));
                }
                cells(out, "td", texts);
                out.end();
            }
            out.end().end();
        }
        out.end();
        section.facts.iter().for_each(|fact| observation(out, fact, &row_id(number, fact.row)));
        out.end().end();
    }
    out.end();
}

fn row_id(section: usize, row: usize) -> String {
    format!("s{section}-r{row}")
}

fn cells(out: &mut Writer, name: &str, texts: &[String]) {
    for text in texts {
        out.element(name, text);
    }
}

fn observation(out: &mut Writer, fact: &Observation, row: &str) {
    out.start("entry").start("observation").attribute("classCode", "OBS").attribute("moodCode", "EVN");
    coded(out, "code", fact.code, code::LOINC);
    out.start("text");
    empty(out, "reference", &[("value", &format!("#{row}"))]);
    out.end();
    empty(out, "statusCode", &[("code", "completed")]);
    empty(out, "effectiveTime", &[("value", &hl7_time(fact.at))]);
    let (value, unit) = &fact.value;
    empty(out, "value", &[("xsi:type", "PQ"), ("value", value), ("unit", unit)]);
    let label = match fact.interpretation {
        "H" => "Élevé",
        "L" => "Bas",
        _ => "Normal",
    };
    coded(out, "interpretationCode", (fact.interpretation, label), INTERPRETATION);
    if fact.low.is_some() || fact.high.is_some() {
        out.start("referenceRange").attribute("typeCode", "REFV").start("observationRange");
        out.start("value").attribute("xsi:type", "IVL_PQ");
        for (name, bound) in [("low", &fact.low), ("high", &fact.high)] {
            if let Some(bound) = bound {
                empty(out, name, &[("value", bound), ("unit", unit)]);
            }
        }
        out.end().end().end();
    }
    out.end().end();
}

fn period(out: &mut Writer, service: &Service) {
    out.start("effectiveTime");
    empty(out, "low", &[("value", &hl7_time(service.from))]);
    if let Some(to) = service.to {
        empty(out, "high", &[("value", &hl7_time(to))]);
    }
    out.end();
}

fn specialty(out: &mut Writer, author: &Author<'_>) {
    let system = if author.software { NO_PROFESSIONAL } else { G15 };
    coded(out, "code", author.specialty, system);
}

fn person(out: &mut Writer, author: &Author<'_>) {
    out.start("assignedPerson").start("name");
    if !author.given.is_empty() {
        out.element("given", author.given);
    }
    out.element("family", author.family);
    if author.title == "Dr" {
        out.element("suffix", "DR");
    }
    out.end().end();
}

fn organisation(out: &mut Writer, house: &House, setting: Option<(&str, &str)>) {
    out.start("representedOrganization");
    house_id(out, house);
    out.element("name", house.name);
    address(out, house);
    if let Some(setting) = setting {
        coded(out, "standardIndustryClassCode", setting, SETTING);
    }
    out.end();
}

fn house_id(out: &mut Writer, house: &House) {
    empty(out, "id", &[("root", STRUCT_IDNAT_OID), ("extension", &house.id.to_string())]);
}

fn address(out: &mut Writer, house: &House) {
    out.start("addr").element("postalCode", house.city.0).element("city", house.city.1).end();
}

fn qualified(out: &mut Writer, name: &str, qualifier: &str, text: &str) {
    out.start(name).attribute("qualifier", qualifier).text(text).end();
}

fn coded(out: &mut Writer, name: &str, (code, label): (&str, &str), system: &str) {
    empty(out, name, &[("code", code), ("displayName", label), ("codeSystem", system)]);
}

fn empty(out: &mut Writer, name: &str, attributes: &[(&str, &str)]) {
    out.start(name);
    for (name, value) in attributes {
        out.attribute(name, value);
    }
    out.end();
}
