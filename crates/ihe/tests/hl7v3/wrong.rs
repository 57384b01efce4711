//! What is not understood is refused where it stands, and never shown.

use ihe::hl7v3::{Hl7Error, Kind, candidates, create, demographics, revise};
use proptest::prelude::*;

use crate::messages::*;

fn error(text: &str) -> Hl7Error {
    let document = parse(text);
    let name = document.root().name().1.to_owned();
    match name.as_str() {
        "PRPA_IN201305UV02" => candidates::decode(document.root()).err(),
        "PRPA_IN201307UV02" => demographics::decode(document.root()).err(),
        "PRPA_IN201311UV02" => create::decode(document.root()).err(),
        _ => revise::decode(document.root()).err(),
    }
    .unwrap_or_else(|| panic!("this was read: {text}"))
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn each_part_of_the_head_is_held() {
    let good = demographics("TEST_EXST");
    for (from, to, kind, place) in [
        (r#"xmlns="urn:hl7-org:v3""#, r#"xmlns="urn:other""#, Kind::Structure, ""),
        (r#"ITSVersion="XML_1.0""#, r#"ITSVersion="XML_2.0""#, Kind::Value, "/@ITSVersion"),
        (
            r#"extension="PRPA_IN201307UV02""#,
            r#"extension="PRPA_IN201311UV02""#,
            Kind::Value,
            "/interactionId",
        ),
        (r#"value="20260102030405""#, r#"value="demain""#, Kind::Value, "/creationTime/@value"),
        (
            r#"<processingCode code="D"/>"#,
            r#"<processingCode code="X"/>"#,
            Kind::Value,
            "/processingCode/@code",
        ),
        (r#"<processingModeCode code="T"/>"#, "", Kind::Required, "/processingModeCode"),
        (r#"root="1.2.250.1.213.4.1.1.1""#, r#"root="1.2.3""#, Kind::Value, "/receiver"),
        (r#"<id root="1.3.6.1.4.1.99999.1" extension="8e7c0f0a"/>"#, "", Kind::Required, "/id"),
        ("<attentionLine", "<order", Kind::Structure, "/order"),
        (r#"code="TEST_EXST""#, r#"code="CREA_RD""#, Kind::Value, "/controlActProcess/reasonCode/@code"),
        ("1.2.250.1.213.1.1.4.11", "1.2.3", Kind::Value, "/controlActProcess/reasonCode/@codeSystem"),
        (
            "<patientIdentifier>",
            r#"<patientIdentifier nullFlavor="UNK">"#,
            Kind::Required,
            "/controlActProcess/queryByParameter/parameterList/patientIdentifier",
        ),
        (
            "Patient.id",
            "Patient.name",
            Kind::Value,
            "/controlActProcess/queryByParameter/parameterList/patientIdentifier/semanticsText",
        ),
        (
            r#"<statusCode code="new"/>"#,
            r#"<statusCode code="aborted"/>"#,
            Kind::Value,
            "/controlActProcess/queryByParameter/statusCode/@code",
        ),
    ] {
        let text = if to == "<order" {
            changed(&good, r#"<attentionLine xsi:nil="true"/>"#, "<order/>")
        } else {
            changed(&good, from, to)
        };
        let error = error(&text);
        assert_eq!(
            (error.kind, error.path.as_str()),
            (kind, format!("/PRPA_IN201307UV02{place}").as_str()),
            "{from}"
        );
    }
}

#[test]
fn a_wrong_ins_is_refused_and_not_repeated() {
    for wrong in ["279035121518988", "27903512151898", "anne martin", "2790351215189890"] {
        let text = demographics("TEST_EXST").replace(INS, wrong).replace(TEST, "1.2.250.1.213.1.4.8");
        let error = error(&text);
        assert_eq!(error.kind, Kind::Value);
        assert!(!error.to_string().contains(wrong), "{error}");
    }
    let two = changed(
        &demographics("TEST_EXST"),
        "<semanticsText>",
        &format!(r#"<value root="{TEST}" extension="277076322082910"/><semanticsText>"#),
    );
    assert_eq!(error(&two).kind, Kind::Structure);
}

#[test]
fn a_search_must_say_enough() {
    for parameters in [
        "".to_owned(),
        changed(BY_NAME, "<family>ESSAI</family>", ""),
        changed(BY_NAME, r#"<value value="19790328"/>"#, r#"<value value="1979"/>"#),
        changed(BY_NAME, "livingSubjectName>", "mothersMaidenName>")
            .replace("</livingSubjectName>", "</mothersMaidenName>"),
        changed(BY_NAME, "<family>ESSAI</family>", "<family>ESSAI</family><family>AUTRE</family>"),
    ] {
        error(&candidates(&parameters));
    }
}

#[test]
fn what_a_registration_says_twice_or_oddly_is_refused() {
    let good = creation();
    for (from, to) in [
        (r#"<family qualifier="SP">"#, r#"<family qualifier="BR">"#),
        (r#"<family qualifier="SP">"#, r#"<family qualifier="XX">"#),
        (r#"code="F""#, r#"code="female""#),
        (r#"value="19790328""#, r#"value="1979""#),
        ("mailto:anne@essai.example", "mailto:a@b\u{a0}c, x"),
        ("tel:0602030405", "http://intranet/"),
        ("OPPOSITION_BRIS_DE_GLACE", "CONSENTEMENT_OUVERTURE_DMP"),
        ("OPPOSITION_BRIS_DE_GLACE", "AUTRE"),
        (r#"codeSystem="1.2.250.1.213.4.1.2.3""#, r#"codeSystem="1.2.3""#),
        (r#"<statusCode code="active"/><patientPerson"#, r#"<statusCode code="terminated"/><patientPerson"#),
        ("<prefix>", "<alias>x</alias><prefix>"),
        ("51215", "51215x"),
        (r#"value="false""#, r#"value="non""#),
    ] {
        error(&changed(&good, from, to));
    }
    error(&registration("PRPA_IN201314UV02", "FERM", "active", NAME, ""));
    error(&registration("PRPA_IN201314UV02", "REAC", "terminated", NAME, ""));
    // no closing without why, and for no other reason than the holder's
    error(&registration("PRPA_IN201314UV02", "FERM", "terminated", NAME, ""));
    error(&closing("AUTRE", "x"));
}

fn decode_all(text: &str) {
    let Ok(document) = xml::Document::parse(text.as_bytes(), &xml::Limits::default()) else { return };
    let _ = (demographics::decode(document.root()), demographics::decode_answer(document.root()));
    let _ = (candidates::decode(document.root()).is_ok(), create::decode_answer(document.root()).is_ok());
    if let Ok(request) = create::decode(document.root()) {
        let _ = request.traits();
    }
    let _ = revise::decode(document.root()).is_ok();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_message_with_a_hole_or_a_patch_is_read_or_refused(which in 0_usize..5, from in 0.0..1.0_f64, length in 0_usize..80, patch in "[a-z<>/=\" é]{0,12}") {
        let all = [demographics("TEST_EXST"), candidates(BY_NAME), creation(), closing("FERMETURE_DEMANDE_PATIENT", "x"), registration("PRPA_IN201314UV02", "MODIF_DATA", "active", NAME, "")];
        let text: Vec<char> = all[which].chars().collect();
        let start = (from * text.len() as f64) as usize;
        let end = (start + length).min(text.len());
        let broken: String = text[..start].iter().copied().chain(patch.chars()).chain(text[end..].iter().copied()).collect();
        decode_all(&broken);
    }

    #[test]
    fn any_attribute_is_read_or_refused(which in 0_usize..200, value in "\\PC{0,40}") {
        let text = creation();
        let places: Vec<_> = text.match_indices("=\"").map(|(place, _)| place + 2).collect();
        let start = places[which % places.len()];
        let end = start + text[start..].find('"').unwrap();
        decode_all(&[&text[..start], &xml::escape_attribute(&value), &text[end..]].concat());
    }
}
