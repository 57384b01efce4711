//! What a lot may not be (abuse cases C10 to C13, D02): every error names its attribute, and no value.

use ihe::xds::iti41::{self, Parts};
use ihe::xds::{ErrorCode, RegistryErrors};

use crate::fixtures::*;

fn errors(text: &str) -> RegistryErrors {
    iti41::decode(&parse(text).root(), 1_000).err().unwrap_or_else(|| panic!("accepted"))
}

/// The first error of a lot in which this is replaced by that.
fn error(before: &str, after: &str) -> (ErrorCode, String) {
    let text = lot().replacen(before, after, 1);
    assert_ne!(text, lot(), "{before}");
    let found = errors(&text);
    (found.0[0].code, found.0[0].location.clone().unwrap_or_default())
}

/// The lot without its first element that holds this text.
fn without(element: &str, holds: &str) -> String {
    let text = lot();
    let (open, close) = (format!("<rim:{element} "), format!("</rim:{element}>"));
    let place = text.find(holds).unwrap();
    let start = text[..place].rfind(&open).unwrap();
    let end = place + text[place..].find(&close).unwrap() + close.len();
    format!("{}{}", &text[..start], &text[end..])
}

#[test]
fn what_is_required_and_missing_is_named() {
    for (element, holds, names) in [
        ("Slot", "creationTime", "DocumentEntry[1].creationTime"),
        ("Slot", "languageCode", "DocumentEntry[1].languageCode"),
        ("Slot", "legalAuthenticator", "DocumentEntry[1].legalAuthenticator"),
        ("Slot", "serviceStartTime", "DocumentEntry[1].serviceStartTime"),
        ("Slot", "sourcePatientId", "DocumentEntry[1].sourcePatientId"),
        ("Classification", "a-Document01", "DocumentEntry[1].author"),
        ("Classification", "urn:uuid:41a5887f", "DocumentEntry[1].classCode"),
        ("Classification", "urn:uuid:f4f85eac", "DocumentEntry[1].confidentialityCode"),
        ("Classification", "urn:uuid:a09d5840", "DocumentEntry[1].formatCode"),
        ("Classification", "urn:uuid:f33fb8ac", "DocumentEntry[1].healthcareFacilityTypeCode"),
        ("Classification", "urn:uuid:cccf5598", "DocumentEntry[1].practiceSettingCode"),
        ("Classification", "urn:uuid:f0306f51", "DocumentEntry[1].typeCode"),
        ("ExternalIdentifier", "urn:uuid:58a6f841", "DocumentEntry[1].patientId"),
        ("ExternalIdentifier", "urn:uuid:2e82c1f6", "DocumentEntry[1].uniqueId"),
        ("Slot", "submissionTime", "SubmissionSet.submissionTime"),
        ("Classification", "a-Set01", "SubmissionSet.author"),
        ("Classification", "urn:uuid:aa543740", "SubmissionSet.contentTypeCode"),
        ("ExternalIdentifier", "urn:uuid:6b5aea1a", "SubmissionSet.patientId"),
        ("ExternalIdentifier", "urn:uuid:554ac39e", "SubmissionSet.sourceId"),
        ("ExternalIdentifier", "urn:uuid:96fdda7c", "SubmissionSet.uniqueId"),
    ] {
        let found = errors(&without(element, holds));
        assert_eq!(found.0[0].code, ErrorCode::XDSRegistryMetadataError, "{holds}");
        assert_eq!(found.0[0].location.as_deref(), Some(names));
    }
    assert_eq!(error(" value=\"Compte rendu\"", " value=\"\"").1, "DocumentEntry[1].title");
    assert_eq!(error(" mimeType=\"text/xml\"", "").1, "DocumentEntry[1].mimeType");
}

#[test]
fn what_is_not_as_it_should_be_is_named() {
    let long = "x".repeat(257);
    for (before, after, names) in [
        ("20260612080000", "2026-06-12", "DocumentEntry[1].creationTime"),
        ("20260612080000", "20260612080000+0200", "DocumentEntry[1].creationTime"),
        ("20260612073000", "20260612063000", "DocumentEntry[1].serviceStopTime"),
        (">fr-FR<", ">français<", "DocumentEntry[1].languageCode"),
        (">fr-FR<", "><", "DocumentEntry[1].languageCode"),
        (">2.16.840.1.113883.6.1<", ">2.16.840.1.113883.6.2<", "DocumentEntry[1].typeCode"),
        (">1.2.250.1.213.1.1.4.1<", ">1.2.250.1.213.1.1.4.2<", "DocumentEntry[1].classCode"),
        (">2.16.840.1.113883.5.25<", ">1.2.3<", "DocumentEntry[1].confidentialityCode"),
        ("nodeRepresentation=\"N\"", "nodeRepresentation=\"MASQUE\"", "DocumentEntry[1].confidentialityCode"),
        ("name=\"codingScheme\"", "name=\"scheme\"", "SubmissionSet.contentTypeCode"),
        ("PID-7|19910314", "PID-7|14/03/1991", "DocumentEntry[1].sourcePatientInfo"),
        ("PID-8|F", "PID-8|féminin", "DocumentEntry[1].sourcePatientInfo"),
        ("PID-8|F", "F", "DocumentEntry[1].sourcePatientInfo"),
        ("IPP-42^^^&amp;1.2.250.1.999.1&amp;ISO^PI", "IPP-42", "DocumentEntry[1].sourcePatientId"),
        ("value=\"1.2.250.1.999.2.1\"", "value=\"../../etc/cron.d/x\"", "DocumentEntry[1].uniqueId"),
        (
            "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1",
            "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248",
            "DocumentEntry[1].objectType",
        ),
        (
            "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
            "urn:uuid:00000000-0000-4000-8000-000000000000",
            "DocumentEntry[1].classification",
        ),
        (
            "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
            "urn:uuid:00000000-0000-4000-8000-000000000000",
            "RegistryPackage",
        ),
        ("text/xml", "text", "DocumentEntry[1].mimeType"),
        ("20260612070000", &long, "ExtrinsicObject[1].serviceStartTime"),
        ("name=\"serviceStopTime\"", "name=\"serviceStartTime\"", "ExtrinsicObject[1].serviceStartTime"),
        ("classifiedObject=\"Document01\"", "classifiedObject=\"Set01\"", "ExtrinsicObject[1]"),
        ("registryObject=\"Document01\"", "registryObject=\"Set01\"", "ExtrinsicObject[1]"),
        ("authorPerson", "authorNickname", "SubmissionSet.author"),
        (
            "A-7^^^&amp;1.2.250.1.999.5&amp;ISO^urn:ihe:iti:xds:2013:accession",
            "A-7",
            "DocumentEntry[1].referenceIdList",
        ),
    ] {
        let (code, location) = error(before, after);
        assert_eq!((code, location.as_str()), (ErrorCode::XDSRegistryMetadataError, names), "{after}");
    }
}

#[test]
fn an_attribute_stands_once() {
    for holds in ["urn:uuid:f0306f51", "urn:uuid:41a5887f", "urn:uuid:a09d5840"] {
        let text = lot();
        let place = text.find(holds).unwrap();
        let start = text[..place].rfind("<rim:Classification ").unwrap();
        let close = "</rim:Classification>";
        let end = place + text[place..].find(close).unwrap() + close.len();
        let found = errors(&format!("{}{}{}", &text[..end], &text[start..end], &text[end..]));
        assert!(found.to_string().contains("stands twice"), "{found}");
    }
}

#[test]
fn errors_name_no_value() {
    for (before, after) in [
        (format!("{MATRICULE}^^^"), "291037527900138SECRET^^^".to_owned()),
        ("value=\"1.2.250.1.999.2.1\"".into(), "value=\"SECRET\"".into()),
        ("name=\"creationTime\"".into(), "name=\"SECRET &lt;b&gt; é\"".into()),
        ("associationType=\"urn:oasis".into(), "associationType=\"urn:SECRET".into()),
        ("<rim:Slot name=\"languageCode\"".into(), "<rim:SECRET/><rim:Slot name=\"languageCode\"".into()),
        ("targetObject=\"Document01\"".into(), "targetObject=\"SECRET\"".into()),
    ] {
        let text = lot().replacen(&before, &after, 1);
        assert!(!errors(&text).to_string().contains("SECRET"), "{after}");
    }
}

#[test]
fn all_objects_that_are_wrong_are_told_of() {
    let objects = format!(
        "{}{}{}{}{}",
        set(),
        entry("D1", "1.2.3").replacen("text/xml", "x", 1),
        entry("D2", "1.2.4").replacen("fr-FR", "é", 1),
        member("D1"),
        member("D2")
    );
    let places: Vec<_> =
        errors(&provide(&objects, &["D1", "D2"])).0.into_iter().filter_map(|it| it.location).collect();
    assert_eq!(places, ["DocumentEntry[1].mimeType", "DocumentEntry[2].languageCode"]);
}

#[test]
fn everything_in_a_lot_is_of_one_patient() {
    let other = lot().replace(&patient_id(), &patient_id().replace("291037527900137", "187067527800148"));
    // the entry's alone: the set's stays
    let place = lot().rfind(&patient_id()).unwrap();
    let one = format!("{}187067527800148{}", &lot()[..place], &lot()[place + 15..]);
    assert_ne!(one, other);
    assert_eq!(errors(&one).0[0].code, ErrorCode::XDSPatientIdDoesNotMatch);
    let source = lot().replacen(
        "IPP-42^^^&amp;1.2.250.1.999.1&amp;ISO^PI",
        &patient_id().replace(MATRICULE, "187067527800148"),
        1,
    );
    assert_eq!(errors(&source).0[0].code, ErrorCode::XDSPatientIdDoesNotMatch);
}

#[test]
fn one_unique_id_is_of_one_object() {
    let objects = |second: &str| {
        format!("{}{}{}{}{}", set(), entry("D1", "1.2.3"), entry("D2", second), member("D1"), member("D2"))
    };
    let twice = errors(&provide(&objects("urn:oid:1.2.3"), &["D1", "D2"]));
    assert_eq!(twice.0[0].code, ErrorCode::XDSRegistryDuplicateUniqueIdInMessage);
    assert_eq!(twice.0[0].location.as_deref(), Some("DocumentEntry[2].uniqueId"));
    let of_the_set = errors(&provide(&objects("1.2.250.1.999.3.1"), &["D1", "D2"]));
    assert_eq!(of_the_set.0[0].code, ErrorCode::XDSRegistryDuplicateUniqueIdInMessage);
}

#[test]
fn documents_and_entries_go_together() {
    let objects = format!("{}{}{}", set(), entry("D1", "1.2.3"), member("D1"));
    let missing = errors(&provide(&objects, &[]));
    assert_eq!(
        (missing.0[0].code, missing.0[0].location.as_deref()),
        (ErrorCode::XDSMissingDocument, Some("DocumentEntry[1]"))
    );
    let extra = errors(&provide(&objects, &["D1", "D2"]));
    assert_eq!(
        (extra.0[0].code, extra.0[0].location.as_deref()),
        (ErrorCode::XDSMissingDocumentMetadata, Some("Document[2]"))
    );
    let twice = provide(&objects, &["D1", "D1"]);
    assert!(errors(&twice).to_string().contains("two Documents bear one id"));
    let one_part = provide(&objects, &["D1", "D2"]).replace("cid:D2@x", "cid:D1@x");
    assert!(errors(&one_part).to_string().contains("one part"));
    let outside = lot().replace("cid:Document01@x", "http://169.254.169.254/");
    assert_eq!(errors(&outside).0[0].code, ErrorCode::XDSRepositoryMetadataError);
}

#[test]
fn parts_that_do_not_come_or_were_not_named_are_told() {
    let provided = iti41::decode(&parse(&lot()).root(), 0).unwrap_or_else(|it| panic!("{it}"));
    let mut parts = Parts::of(&provided);
    assert_eq!(parts.take("other@x").unwrap_err().0[0].code, ErrorCode::XDSMissingDocumentMetadata);
    let missing = parts.finish().unwrap_err();
    assert_eq!(
        (missing.0[0].code, missing.0[0].location.as_deref()),
        (ErrorCode::XDSMissingDocument, Some("DocumentEntry[1]"))
    );
}

#[test]
fn size_and_hash_are_those_of_the_bytes() {
    let more = format!("{}{}", slot("hash", &[&"03".repeat(20)]), slot("size", &["42"]));
    let text = lot().replacen(
        "<rim:Slot name=\"creationTime\"",
        &format!("{more}<rim:Slot name=\"creationTime\""),
        1,
    );
    let described = |text: &str| {
        let provided = iti41::decode(&parse(text).root(), 0).unwrap_or_else(|it| panic!("{it}"));
        provided.submission.documents[0].described.clone()
    };
    assert!(described(&text).complete([3; 20], 42).is_ok());
    let error = described(&text).complete([3; 20], 43).unwrap_err();
    assert_eq!(
        (error.code, error.location.as_deref()),
        (ErrorCode::XDSRepositoryMetadataError, Some("DocumentEntry[1].size"))
    );
    let error = described(&text).complete([4; 20], 42).unwrap_err();
    assert_eq!(error.location.as_deref(), Some("DocumentEntry[1].hash"));
    assert_eq!(described(&lot()).complete([4; 20], 42).unwrap().hash, [4; 20]);
    for (name, value) in
        [("hash", "03"), ("hash", "xyz"), ("size", "-1"), ("size", "99999999999999999999999")]
    {
        let text = text.replacen(
            &slot(name, &[if name == "size" { "42" } else { "0303030303030303030303030303030303030303" }]),
            &slot(name, &[value]),
            1,
        );
        assert_eq!(
            errors(&text).0[0].location.as_deref(),
            Some(&*format!("DocumentEntry[1].{name}")),
            "{value}"
        );
    }
}

#[test]
fn associations_join_what_they_may() {
    let ihe = |kind: &str| format!("urn:ihe:iti:2007:AssociationType:{kind}");
    let two = |more: &str| {
        let objects = format!(
            "{}{}{}{}{}{more}",
            set(),
            entry("D1", "1.2.3"),
            entry("D2", "1.2.4"),
            member("D1"),
            member("D2")
        );
        errors(&provide(&objects, &["D1", "D2"])).0[0].code
    };
    let uuid = "urn:uuid:00000000-0000-4000-8000-000000000001";
    for more in [
        // in circles, to itself, to the set, from what is there
        format!("{}{}", association(&ihe("RPLC"), "D1", "D2", ""), association(&ihe("RPLC"), "D2", "D1", "")),
        association(&ihe("APND"), "D1", "D1", ""),
        association(&ihe("RPLC"), "D1", "Set01", ""),
        association(&ihe("RPLC"), uuid, "D1", ""),
        association(&ihe("RPLC"), "Set01", uuid, ""),
        association(&ihe("RPLC"), "D1", "D9", ""),
        association(&ihe("RPLC"), "D1", "1.2.3", ""),
        association(&ihe("UNKNOWN"), "D1", uuid, ""),
        association(&ihe("signs"), "D1", "Set01", ""),
        member("D1"),
        association(
            "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
            "Set01",
            uuid,
            &slot("SubmissionSetStatus", &["Reference"]),
        ),
        association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "D1", "D2", ""),
    ] {
        assert_eq!(two(&more), ErrorCode::XDSRegistryMetadataError, "{more}");
    }
    // in circles by UUIDs that the message gives its own entries
    let (one, two) =
        ("urn:uuid:00000000-0000-4000-8000-00000000000a", "urn:uuid:00000000-0000-4000-8000-00000000000b");
    let circle = format!(
        "{}{}{}{}{}{}{}",
        set(),
        entry(one, "1.2.3"),
        entry(two, "1.2.4"),
        member(one),
        member(two),
        association(&ihe("RPLC"), one, two, ""),
        association(&ihe("RPLC"), two, one, "")
    );
    assert!(errors(&provide(&circle, &[one, two])).to_string().contains("before the message"));
    let unmembered = format!("{}{}", set(), entry("D1", "1.2.3"));
    assert!(errors(&provide(&unmembered, &["D1"])).to_string().contains("DocumentEntry[1]"));
    let reference = lot().replace(">Original<", ">Reference<");
    assert_eq!(errors(&reference).0[0].location.as_deref(), Some("Association[1]"));
}

#[test]
fn a_submission_has_one_set_and_a_bounded_number_of_objects() {
    assert!(errors(&provide("", &[])).to_string().contains("SubmissionSet"));
    assert!(errors(&provide(&set(), &[])).to_string().contains("DocumentEntry: at least one"));
    let second = set().replace("Set01", "Set02");
    assert!(errors(&provide(&format!("{}{second}", set()), &[])).to_string().contains("one submission set"));
    let same = format!("{}{}", set(), set());
    assert!(errors(&provide(&same, &[])).to_string().contains("two objects have one id"));
    let folder = set().replace(
        "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
        "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2",
    );
    assert_eq!(errors(&provide(&folder, &[])).0[0].location.as_deref(), Some("Folder"));
    // a folder in itself: refused for being one
    let inside =
        association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "Set01", "Set01", "");
    assert_eq!(errors(&provide(&format!("{folder}{inside}"), &[])).0[0].location.as_deref(), Some("Folder"));
    let many: String = (0..10_000).map(|it| format!("<rim:ObjectRef id=\"urn:x:{it}\"/>")).collect();
    assert!(errors(&provide(&format!("{}{many}", set()), &[])).to_string().contains("too many objects"));
    let outside = r#"<rim:Classification classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="Set09"/>"#;
    assert!(
        errors(&provide(&format!("{}{outside}", set()), &[])).to_string().contains("classifies no package")
    );
}

#[test]
fn the_set_may_be_classified_from_outside() {
    let inside = r#"<rim:Classification id="n-set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="Set01"/>"#;
    let text = lot().replacen(inside, "", 1);
    assert!(errors(&text).to_string().contains("neither as set nor as folder"));
    let text = text.replacen("</rim:RegistryObjectList>", &format!("{inside}</rim:RegistryObjectList>"), 1);
    assert!(iti41::decode(&parse(&text).root(), 0).is_ok());
}
