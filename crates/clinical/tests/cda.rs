//! What our own CDA documents say, and what a CDA that lacks something is refused for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clinical::{CdaError, CdaForm, CdaLevel, read_cda};
use jiff::civil::date;
use model::Sex;

const LEVEL_3: &str = include_str!("fixtures/level-3.xml");
const LEVEL_1: &str = include_str!("fixtures/level-1-pdf.xml");
const SELF_PRESENTING: &str = include_str!("fixtures/self-presenting.xml");

#[test]
fn a_header_is_read_whole() {
    let header = read_cda(LEVEL_3.as_bytes()).expect("level 3");
    assert_eq!((header.id.root.as_str(), &header.id.extension), ("1.2.250.1.999.7.2026.1.2", &None));
    assert_eq!(header.set_id.expect("a set").root, "1.2.250.1.999.7.2026.1");
    assert_eq!(header.version_number.as_deref(), Some("1"));
    assert_eq!(
        (header.code.code.as_str(), header.code.system.as_str()),
        ("11490-0", "2.16.840.1.113883.6.1")
    );
    assert_eq!(header.code.display.as_deref(), Some("CR hospitalier"));
    assert_eq!(header.title.as_deref(), Some("Lettre de liaison à la sortie"));
    assert_eq!(header.effective_time, "20260914101500+0200");
    assert_eq!(header.confidentiality.as_deref(), Some("N"));
    assert_eq!(header.language.as_deref(), Some("fr-FR"));
    let templates: Vec<_> = header.template_ids.iter().map(|id| id.root.as_str()).collect();
    assert_eq!(templates, ["2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.2.250.1.213.1.1.1.29"]);
    assert_eq!(header.replaces.expect("replaces").root, "1.2.250.1.999.7.2026.1.1");
    assert_eq!((header.level, header.form, header.stylesheet), (CdaLevel::Three, CdaForm::Plain, true));
    assert_eq!(header.service_start.as_deref(), Some("20260912083000+0200"));
    assert_eq!(header.service_stop.as_deref(), Some("20260914100000+0200"));
    assert_eq!(header.custodian.ids[0].extension.as_deref(), Some("10B0000001"));
    let [author] = header.authors.as_slice() else { panic!("one author") };
    assert_eq!((author.family.as_deref(), author.given.as_deref()), (Some("FICTIF"), Some("Alix")));
    assert_eq!(author.ids[0].extension.as_deref(), Some("899700000017"));
    assert_eq!(author.organization.as_deref(), Some("Hôpital d'essai"));
    assert_eq!(author.specialty.as_ref().map(|code| code.code.as_str()), Some("G15_10/SM26"));

    let patient = header.patient;
    assert_eq!(patient.ids.len(), 2);
    assert_eq!(patient.ins.root, "1.2.250.1.213.1.4.10");
    assert_eq!(patient.ins.extension.as_deref(), Some("284057127014558"));
    assert_eq!(patient.birth_name.as_deref(), Some("ESSAI-LUMIÈRE"));
    assert_eq!(patient.used_name.as_deref(), Some("D'EXEMPLE"));
    assert_eq!(patient.first_given.as_deref(), Some("CAMILLE"));
    assert_eq!(patient.all_given.as_deref(), Some("CAMILLE ZOÉ"));
    assert_eq!(patient.birth_date, Some(date(1984, 5, 17)));
    assert_eq!(patient.sex, Some(Sex::Female));
    assert_eq!(patient.birth_place_insee.as_deref(), Some("71270"));
}

#[test]
fn one_person_reads_the_same_in_every_form() {
    let [three, one, presented] =
        [LEVEL_3, LEVEL_1, SELF_PRESENTING].map(|text| read_cda(text.as_bytes()).expect("a fixture"));
    assert_eq!(three.patient, one.patient);
    assert_eq!(three.patient, presented.patient);
    assert_eq!((presented.form, presented.level), (CdaForm::SelfPresenting, CdaLevel::Three));
    let CdaLevel::One { media_type, encapsulated_length } = one.level else { panic!("level 1") };
    assert_eq!(media_type, "application/pdf");
    let enclosed = clinical::cda::attachments(LEVEL_1.as_bytes()).expect("a pdf");
    assert_eq!(enclosed[0].bytes.len(), encapsulated_length);
    assert!(enclosed[0].bytes.starts_with(b"%PDF-1.4"));
}

#[test]
fn the_encoding_changes_nothing() {
    let plain = read_cda(LEVEL_3.as_bytes()).expect("utf-8");
    let latin: Vec<u8> = LEVEL_3
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|letter| u8::try_from(letter).expect("latin"))
        .collect();
    assert_eq!(read_cda(&latin).as_ref(), Ok(&plain));
    let text = format!("\u{FEFF}{}", LEVEL_3.replace("UTF-8", "UTF-16"));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_cda(&wide).as_ref(), Ok(&plain));
    let marked = format!("\u{FEFF}{LEVEL_3}");
    assert_eq!(read_cda(marked.as_bytes()), Ok(plain));
}

#[test]
fn names_are_found_by_qualifier_in_any_order() {
    let name = |parts: &str| {
        let start = LEVEL_3.find("<name>").expect("a name");
        let end = LEVEL_3.find("</name>").expect("its end") + "</name>".len();
        let text = format!("{}<name>{parts}</name>{}", &LEVEL_3[..start], &LEVEL_3[end..]);
        let patient = read_cda(text.as_bytes()).expect("readable").patient;
        [patient.birth_name, patient.used_name, patient.first_given, patient.used_given, patient.all_given]
            .map(|part| part.unwrap_or_else(|| "-".to_owned()))
            .join("|")
    };
    assert_eq!(
        name(
            "<given qualifier='CL'>Dom</given><family qualifier='SP'>C</family><given>A</given><given>B</given><family qualifier='BR'>N</family><given qualifier='BR'>A</given>"
        ),
        "N|C|A|Dom|A B"
    );
    assert_eq!(
        name("<family qualifier='BR CL'>N</family><given qualifier='BR'> A\n  M </given>"),
        "N|N|A M|-|-"
    );
    assert_eq!(name("<family>N</family><given>A</given>"), "-|N|-|-|A");
    assert_eq!(
        name("<family qualifier='CL'>U</family></name><name><family qualifier='BR'>N</family>"),
        "N|U|-|-|-"
    );
    // A comment inside a name hides nothing.
    assert_eq!(name("<family qualifier='BR'>DU<!-- x -->PONT</family>"), "DUPONT|-|-|-|-");
}

/// One change to a fixture, and the refusal it must give.
fn changed(from: &str, to: &str) -> Result<(), String> {
    assert!(LEVEL_3.contains(from), "{from} is not in the fixture");
    read_cda(LEVEL_3.replacen(from, to, 1).as_bytes()).map(drop).map_err(|error| error.to_string())
}

#[test]
fn f07_what_a_header_lacks_is_named() {
    let cases = [
        ("<id root=\"1.2.250.1.999.7.2026.1.2\"/>", "", "/ClinicalDocument/id is missing"),
        (
            "<id root=\"1.2.250.1.999.7.2026.1.2\"/>",
            "<id nullFlavor=\"UNK\"/>",
            "/ClinicalDocument/id: an identifier without root",
        ),
        (
            "<id root=\"1.2.250.1.999.7.2026.1.2\"/>",
            "<id root=\"1.2\"/><id root=\"1.3\"/>",
            "/ClinicalDocument/id[2] stands more often than it may",
        ),
        ("code code=\"11490-0\"", "code nullFlavor=\"UNK\"", "/ClinicalDocument/code: a code without @code"),
        (
            "effectiveTime value=\"20260914101500+0200\"",
            "effectiveTime value=\"yesterday\"",
            "/ClinicalDocument/effectiveTime: not an HL7 time",
        ),
        (
            "effectiveTime value=\"20260914101500+0200\"",
            "effectiveTime value=\"20260231\"",
            "/ClinicalDocument/effectiveTime: not an HL7 time",
        ),
        (
            "<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014558\"/>",
            "<id extension=\"284057127014558\"/>",
            "/ClinicalDocument/recordTarget/patientRole/id[1]: an identifier without root",
        ),
        (
            "<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014558\"/>",
            "<id root=\"1.2.250.1.213.1.4.10\"/>",
            "/ClinicalDocument/recordTarget/patientRole holds no INS: no id under one of its authorities",
        ),
        (
            "1.2.250.1.213.1.4.10",
            "1.2.250.1.213.1.4.2",
            "/ClinicalDocument/recordTarget/patientRole holds no INS: no id under one of its authorities",
        ),
        (
            "<id root=\"1.2.250.1.999.1.1\" extension=\"IPP-000042\"/>",
            "<id root=\"1.2.250.1.213.1.4.9\" extension=\"284057127014558\"/>",
            "/ClinicalDocument/recordTarget/patientRole holds several different INS",
        ),
        (
            "birthTime value=\"19840517\"",
            "birthTime value=\"19841317\"",
            "/ClinicalDocument/recordTarget/patientRole/patient/birthTime: not an HL7 time",
        ),
        (
            "birthTime value=\"19840517\"",
            "birthTime value=\"17/05/1984\"",
            "/ClinicalDocument/recordTarget/patientRole/patient/birthTime: not an HL7 time",
        ),
        (
            "<structuredBody>",
            "<structuredBody/><structuredBody>",
            "/ClinicalDocument/component/structuredBody[2] stands more often than it may",
        ),
        (
            "<realmCode code=\"FR\"/>",
            "<ClinicalDocument/>",
            "/ClinicalDocument/ClinicalDocument stands more often than it may",
        ),
        ("urn:hl7-org:v3", "urn:hl7-org:v2", "there is no ClinicalDocument of urn:hl7-org:v3"),
    ];
    for (from, to, told) in cases {
        assert_eq!(changed(from, to), Err(told.to_owned()), "{from} -> {to}");
    }
    // The same INS twice is one patient; a partial birth date is no error.
    assert_eq!(
        changed(
            "<id root=\"1.2.250.1.999.1.1\" extension=\"IPP-000042\"/>",
            "<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014558\"/>"
        ),
        Ok(())
    );
    assert_eq!(changed("birthTime value=\"19840517\"", "birthTime value=\"1984\""), Ok(()));
}

#[test]
fn f07_there_is_exactly_one_patient() {
    let start = LEVEL_3.find("<recordTarget>").expect("a patient");
    let end = LEVEL_3.find("</recordTarget>").expect("its end") + "</recordTarget>".len();
    let (before, patient, after) = (&LEVEL_3[..start], &LEVEL_3[start..end], &LEVEL_3[end..]);
    let none = read_cda(format!("{before}{after}").as_bytes());
    assert_eq!(none, Err(CdaError::Missing { path: "/ClinicalDocument/recordTarget".into() }));
    let two = read_cda(format!("{before}{patient}{patient}{after}").as_bytes());
    assert_eq!(two, Err(CdaError::Repeated { path: "/ClinicalDocument/recordTarget[2]".into() }));
}

#[test]
fn a_self_presenting_file_holds_one_document() {
    let start = SELF_PRESENTING.find("<c:ClinicalDocument").expect("inside");
    let end = SELF_PRESENTING.find("</c:ClinicalDocument>").expect("its end") + "</c:ClinicalDocument>".len();
    let (before, inner, after) =
        (&SELF_PRESENTING[..start], &SELF_PRESENTING[start..end], &SELF_PRESENTING[end..]);
    assert_eq!(read_cda(format!("{before}{after}").as_bytes()), Err(CdaError::NotCda));
    let two = read_cda(format!("{before}{inner}{inner}{after}").as_bytes());
    assert_eq!(two, Err(CdaError::Repeated { path: "/stylesheet/Contenu/ClinicalDocument[2]".into() }));
}

#[test]
fn a_level_1_encloses_its_file() {
    let change = |from: &str, to: &str| {
        assert!(LEVEL_1.contains(from));
        read_cda(LEVEL_1.replacen(from, to, 1).as_bytes()).map(drop).map_err(|error| error.to_string())
    };
    let text = "/ClinicalDocument/component/nonXMLBody/text";
    assert_eq!(change("JVBERi0", "JVB!Ri0"), Err(format!("{text}: not base64")));
    assert_eq!(change("\"B64\"", "\"GZ\""), Err(format!("{text}: an unknown representation")));
    let start = LEVEL_1.find("JVBERi0").expect("base64");
    let end = LEVEL_1.rfind("</text>").expect("its end");
    assert_eq!(change(&LEVEL_1[start..end], ""), Err(format!("{text}: nothing is enclosed")));
    assert_eq!(
        change(&LEVEL_1[start..end], "<reference value='http://example.org/x.pdf'/>"),
        Err(format!("{text}: the content is elsewhere: it must be enclosed"))
    );
}

#[test]
fn nothing_prints_the_patient() {
    let header = read_cda(LEVEL_3.as_bytes()).expect("level 3");
    let printed = format!("{header:?} {:?} {:?} {:?}", header.patient, header.patient.ids, header.authors);
    for secret in ["LUMI", "CAMILLE", "EXEMPLE", "284057127014558", "IPP-000042", "FICTIF", "Lettre", "1984"]
    {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
