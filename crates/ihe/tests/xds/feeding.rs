//! ITI-41 and ITI-42: what a lot says, in the words of the model.

use ihe::xds::iti41::{self, Content, Parts, Which};
use ihe::xds::{ErrorCode, iti42, registry_response};
use model::{RelationKind, Sex};

use crate::fixtures::*;

fn provided(text: &str) -> iti41::Provided {
    iti41::decode(&parse(text).root(), 1_000).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn a_lot_is_read_whole() {
    let provided = provided(&lot());
    let lot = &provided.submission;
    assert_eq!(lot.patient, ins());
    assert_eq!(lot.set.unique_id.as_ref().unwrap().to_string(), "urn:oid:1.2.250.1.999.3.1");
    assert_eq!(lot.set.content_type.code, "07");
    assert_eq!(lot.set.author.family.as_deref(), Some("FABRE"));
    assert!(lot.notes.is_empty() && lot.signature.is_none());
    let [document] = lot.documents.as_slice() else { panic!() };
    let held = held(1).description;
    let said = document.described.clone().complete([3; 20], 42).unwrap();
    assert_eq!(said.title, held.title);
    assert_eq!(said.comments, held.comments);
    assert_eq!(
        (said.created, said.service_start, said.service_stop),
        (held.created, held.service_start, held.service_stop)
    );
    assert_eq!(said.unique_id, held.unique_id);
    assert!(said.type_code.same(&held.type_code) && said.format.same(&held.format));
    assert_eq!(said.source_patient, held.source_patient);
    assert_eq!(said.references, held.references);
    let author = &said.authors[0];
    assert_eq!(author.person_id, person().person_id);
    assert_eq!(author.organisation_id, person().organisation_id);
    assert_eq!(author.role.as_ref().unwrap().code, "Médecin traitant");
    assert_eq!(author.specialty.as_ref().unwrap().display.as_deref(), Some("Médecine générale"));
    assert_eq!(said.authenticator.unwrap().family.as_deref(), Some("FABRE"));
    assert_eq!(document.author_organisations, vec![person().organisation_id.unwrap()]);
    assert_eq!(document.subject_traits.birth_name.as_deref(), Some("SOLEIL"));
    assert_eq!(document.subject_traits.sex, Some(Sex::Female));
    assert_eq!(document.category.code, "10");
    assert!(matches!(&provided.contents[0], Content::Part(cid) if cid == "Document01@x"));
    let mut parts = Parts::of(&provided);
    assert_eq!(parts.take("Document01@x"), Ok(Which::Document(0)));
    assert!(parts.finish().is_ok());
}

#[test]
fn relations_are_to_what_is_there() {
    let old = "urn:uuid:00000000-0000-4000-8000-000000000001";
    for (kind, kinds) in [
        ("RPLC", vec![RelationKind::Replaces]),
        ("APND", vec![RelationKind::Appends]),
        ("XFRM", vec![RelationKind::Transforms]),
        ("XFRM_RPLC", vec![RelationKind::Transforms, RelationKind::Replaces]),
    ] {
        let relation =
            association(&format!("urn:ihe:iti:2007:AssociationType:{kind}"), "Document01", old, "");
        let objects = format!("{}{}{}{relation}", entry("Document01", "1.2.3"), set(), member("Document01"));
        let provided = provided(&provide(&objects, &["Document01"]));
        let found: Vec<_> = provided.submission.documents[0].relates.clone();
        assert_eq!(found.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), kinds);
        assert!(found.iter().all(|(_, target)| target.urn() == old));
    }
}

#[test]
fn visibility_is_said_beside_the_confidentiality() {
    let masked = code(
        "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f",
        "Document01",
        "MASQUE_PS",
        "1.2.250.1.213.1.1.4.13",
    );
    let text = lot().replacen(
        "<rim:ExternalIdentifier id=\"i-Document01",
        &format!("{masked}<rim:ExternalIdentifier id=\"i-Document01"),
        1,
    );
    assert!(provided(&text).submission.documents[0].visibility.masked);
}

#[test]
fn a_small_document_may_stand_in_the_envelope() {
    let start = lot().find("<xop:Include").unwrap();
    let end = lot().find("</xdsb:Document>").unwrap();
    let with = |content: &str| format!("{}{content}{}", &lot()[..start], &lot()[end..]);
    let provided = provided(&with("\n  aGVs\n  bG8=\n"));
    assert!(matches!(&provided.contents[0], Content::Inline(bytes) if bytes == b"hello"));
    for wrong in [with("aGVsbG8"), with("aGVs*G8="), with(&"aGVs".repeat(400)), with("<!-- x -->aGVs")] {
        let errors = iti41::decode(&parse(&wrong).root(), 1_000).err().unwrap();
        assert_eq!(errors.0[0].code, ErrorCode::XDSRepositoryMetadataError);
    }
}

#[test]
fn metadata_alone_is_registered_with_its_repository() {
    let objects = format!("{}{}{}", set(), entry("Document01", "1.2.3"), member("Document01"));
    let errors = iti42::decode(&parse(&submit(&objects)).root()).err().unwrap();
    assert!(errors.to_string().contains("DocumentEntry[1].hash"));
    let more = format!(
        "{}{}{}",
        slot("hash", &["2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"]),
        slot("size", &["43"]),
        slot("repositoryUniqueId", &["1.2.250.1.999.8"])
    );
    let objects = objects.replacen(
        "<rim:Slot name=\"creationTime\"",
        &format!("{more}<rim:Slot name=\"creationTime\""),
        1,
    );
    let registered = iti42::decode(&parse(&submit(&objects)).root()).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(registered.repositories[0].as_str(), "1.2.250.1.999.8");
    let described = registered.submission.documents.into_iter().next().unwrap().described.as_said().unwrap();
    assert_eq!((described.hash[0], described.size), (0x2f, 43));
}

#[test]
fn what_is_not_kept_is_said_in_a_warning() {
    let text = lot().replacen(
        "<rim:Slot name=\"creationTime\"",
        &format!("{}<rim:Slot name=\"creationTime\"", slot("submissionTime", &["2026"])),
        1,
    );
    let notes = provided(&text).submission.notes;
    assert_eq!(notes[0].code, ErrorCode::XDSExtraMetadataNotSaved);
    let answer = registry_response(&notes).unwrap();
    assert!(answer.contains("ResponseStatusType:Success\"") && answer.contains("ErrorSeverityType:Warning"));
    assert!(answer.contains("location=\"DocumentEntry[1].submissionTime\""));
    assert_eq!(
        registry_response(&[]).unwrap(),
        "<rs:RegistryResponse xmlns:rs=\"urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0\" status=\"urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success\"/>"
    );
}
