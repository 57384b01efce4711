//! Where, by whom signed and for what act a CDA document was made: what its metadata call for and its header says
//! far from its top (CI-SIS, Volet Structuration minimale). Leniently: what is missing or nullified is none.

use xml::{Document, Limits, Node};

use super::walk::{self, words};
use super::{CdaAuthor, CdaError, Coded, HL7};

/// What surrounds a document. Does not print: it names who signed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// `componentOf/encompassingEncounter/location/healthCareFacility/code`: the kind of establishment.
    pub facility: Option<Coded>,
    /// `standardIndustryClassCode` of who performed the act documented first, else of its author's house.
    pub practice_setting: Option<Coded>,
    /// `legalAuthenticator`: who answers for it.
    pub authenticator: Option<CdaAuthor>,
    /// `documentationOf/serviceEvent/code`: the acts documented.
    pub acts: Vec<Coded>,
}

impl std::fmt::Debug for Circumstances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Circumstances(…)")
    }
}

/// Reads what surrounds a CDA document.
pub fn circumstances(bytes: &[u8]) -> Result<Circumstances, CdaError> {
    let document = Document::parse(bytes, &Limits::default())?;
    let (cda, _) = super::find(&document)?;
    let events: Vec<Node<'_>> =
        cda.children_named(HL7, "documentationOf").filter_map(|it| it.child(HL7, "serviceEvent")).collect();
    let performer = events.iter().find_map(|it| it.child(HL7, "performer"));
    let house = performer.and_then(|it| down(it, &["assignedEntity", "representedOrganization"]));
    let author_s = || down(cda, &["author", "assignedAuthor", "representedOrganization"]);
    let setting = |house: Node<'_>| coded(house.child(HL7, "standardIndustryClassCode"));
    let place = ["componentOf", "encompassingEncounter", "location", "healthCareFacility", "code"];
    Ok(Circumstances {
        facility: coded(down(cda, &place)),
        practice_setting: house.and_then(setting).or_else(|| author_s().and_then(setting)),
        authenticator: down(cda, &["legalAuthenticator", "assignedEntity"]).map(signer),
        acts: events.iter().filter_map(|it| coded(it.child(HL7, "code"))).collect(),
    })
}

fn down<'a>(from: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(from, |node, local| node.child(HL7, local))
}

fn coded(node: Option<Node<'_>>) -> Option<Coded> {
    node.and_then(|node| walk::code(node).ok())
}

fn signer(entity: Node<'_>) -> CdaAuthor {
    let name = down(entity, &["assignedPerson", "name"]);
    let part = |local| name.and_then(|it: Node<'_>| it.child(HL7, local)).and_then(words);
    let house = entity.child(HL7, "representedOrganization");
    let ids = |node: Node<'_>| walk::identifiers(node, "id").unwrap_or_default();
    CdaAuthor {
        ids: ids(entity),
        family: part("family").or_else(|| name.and_then(words)),
        given: part("given"),
        specialty: coded(entity.child(HL7, "code")),
        organization_ids: house.map(ids).unwrap_or_default(),
        organization: house.and_then(|it| it.child(HL7, "name")).and_then(words),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn letter() -> String {
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/samples/letter.xml"))
            .unwrap()
    }

    #[test]
    fn what_surrounds_a_letter_is_read() {
        let found = circumstances(letter().as_bytes()).unwrap();
        assert_eq!(found.facility.unwrap().code, "SA01");
        assert_eq!(found.practice_setting.unwrap().code, "ETABLISSEMENT");
        let signer = found.authenticator.unwrap();
        assert_eq!(signer.ids[0].extension.as_deref(), Some("899800000046"));
        assert_eq!((signer.family.as_deref(), signer.given.as_deref()), (Some("ROUZERAC"), Some("Gauvain")));
        assert_eq!(found.acts, []);
    }

    #[test]
    fn what_is_missing_or_nullified_is_none() {
        let without = letter()
            .replace(r#"<code code="SA01""#, r#"<code nullFlavor="UNK""#)
            .replace("standardIndustryClassCode", "somethingElse")
            .replace("<serviceEvent>", r#"<serviceEvent><code code="ACT1" codeSystem="1.2.250.1.213.2.5"/>"#);
        let found = circumstances(without.as_bytes()).unwrap();
        assert!(found.facility.is_none() && found.practice_setting.is_none());
        assert_eq!(found.acts[0].code, "ACT1");
    }
}
