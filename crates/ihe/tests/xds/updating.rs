//! ITI-57: a next version of what was answered, and changes of status.

use ihe::xds::iti18::{self, Ids, Query, Returns, Visible};
use ihe::xds::iti57::{self, Update, visibility_change};
use ihe::xds::{Context, EntryStatus, ErrorCode};
use model::DocumentEntry;

use crate::fixtures::*;

/// The ExtrinsicObject that is answered for an entry.
fn answered(entry: &DocumentEntry) -> String {
    let (ins, repository) = (ins(), repository());
    let query = Query::GetDocuments(Ids::Logical(vec![entry.logical_id]));
    let found = query.select(Visible { entries: std::slice::from_ref(entry), sets: &[] });
    let context = Context { ins: &ins, repository: &repository };
    let text = iti18::answer(&found, Returns::LeafClass, &context, &[]).unwrap();
    let (start, end) =
        (text.find("<rim:ExtrinsicObject").unwrap(), text.find("</rim:RegistryObjectList>").unwrap());
    text[start..end].to_owned()
}

/// The update a client makes of what it was answered: another id, the rest as it was.
fn update(entry: &DocumentEntry, previous: u32, edit: impl Fn(String) -> String) -> String {
    let object = edit(answered(entry)).replacen(&format!("id=\"{}\"", entry.id.urn()), "id=\"New01\"", 1);
    let object =
        object.replace(&format!("classifiedObject=\"{}\"", entry.id.urn()), "classifiedObject=\"New01\"");
    let object =
        object.replace(&format!("registryObject=\"{}\"", entry.id.urn()), "registryObject=\"New01\"");
    let slots = format!(
        "{}{}",
        slot("SubmissionSetStatus", &["Original"]),
        slot("PreviousVersion", &[&previous.to_string()])
    );
    let member =
        association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "Set01", "New01", &slots);
    submit(&format!("{}{object}{member}", set()))
}

fn change(entry: &DocumentEntry, text: &str) -> Result<Option<model::Visibility>, String> {
    let request = iti57::decode(&parse(text).root()).map_err(|it| it.to_string())?;
    let [Update::Metadata { logical_id, previous_version, entry: draft, .. }] = request.updates.as_slice()
    else {
        panic!()
    };
    assert_eq!(*logical_id, entry.logical_id);
    visibility_change(entry, *previous_version, draft).map_err(|it| it.to_string())
}

fn masked(object: String) -> String {
    let more =
        code("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "New01", "MASQUE_PS", "1.2.250.1.213.1.1.4.13");
    object.replacen("<rim:Classification", &format!("{more}<rim:Classification"), 1)
}

#[test]
fn a_document_is_masked_and_unmasked() {
    let mut entry = held(1);
    assert_eq!(change(&entry, &update(&entry, 1, |it| it)), Ok(None));
    let change_ = change(&entry, &update(&entry, 1, masked)).unwrap().unwrap();
    assert!(change_.masked);
    entry.id = entry_id(2);
    entry.version = 2;
    entry.visibility = change_;
    assert_eq!(change(&entry, &update(&entry, 2, |it| it)), Ok(None));
    let unmasked = |it: String| {
        let place = it.find("nodeRepresentation=\"MASQUE_PS\"").unwrap();
        let start = it[..place].rfind("<rim:Classification").unwrap();
        let end = place + it[place..].find("</rim:Classification>").unwrap() + "</rim:Classification>".len();
        format!("{}{}", &it[..start], &it[end..])
    };
    assert!(!change(&entry, &update(&entry, 2, unmasked)).unwrap().unwrap().masked);
}

#[test]
fn nothing_but_visibility_is_updated() {
    let entry = held(1);
    for (before, after, names) in [
        ("Compte rendu", "Autre titre", "XDSMetadataUpdateError DocumentEntry[1].title"),
        ("11488-4", "11490-0", "XDSMetadataUpdateError DocumentEntry[1].typeCode"),
        ("20260612080000", "20260612080001", "creationTime"),
        ("value=\"1.2.250.1.999.2.1\"", "value=\"1.2.250.1.999.2.2\"", "XDSMetadataIdentifierError"),
        ("nodeRepresentation=\"N\"", "nodeRepresentation=\"R\"", "confidentialityCode"),
        ("YYYY600", "YYYY601", "eventCodeList"),
        ("StatusType:Approved", "StatusType:Deprecated", "availabilityStatus"),
        ("SOLEIL", "LUNE", "sourcePatientInfo"),
        ("0303030303", "0403030303", "hash"),
    ] {
        let said = change(&entry, &update(&entry, 1, |it| it.replace(before, after))).unwrap_err();
        assert!(said.contains(names), "{before}: {said}");
    }
    assert!(change(&entry, &update(&entry, 2, masked)).unwrap_err().starts_with("XDSMetadataVersionError"));
    assert!(change(&entry, &update(&entry, 0, masked)).unwrap_err().contains("PreviousVersion"));
}

#[test]
fn an_update_is_of_something_there() {
    let entry = held(1);
    let right = update(&entry, 1, masked);
    let lid = format!("lid=\"{}\"", entry.logical_id.urn());
    for (before, after, says) in [
        (lid.as_str(), "", "logicalId"),
        (lid.as_str(), "lid=\"x\"", "logicalId"),
        (
            "associationType=\"urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember\"",
            "associationType=\"urn:ihe:iti:2007:AssociationType:RPLC\"",
            "XDSMetadataUpdateOperationError",
        ),
        ("sourceObject=\"Set01\"", "sourceObject=\"New01\"", "XDSMetadataUpdateOperationError"),
        ("targetObject=\"New01\"", "targetObject=\"Old\"", "XDSMetadataUpdateOperationError"),
    ] {
        let said = change(&entry, &right.replacen(before, after, 1)).unwrap_err();
        assert!(said.contains(says), "{after}: {said}");
    }
    let same = right.replace("New01", &entry.logical_id.urn());
    let said = change(&entry, &same).unwrap_err();
    assert!(said.starts_with("XDSMetadataUpdateError") && said.contains("entryUUID"), "{said}");
    let nothing = iti57::decode(&parse(&submit(&set())).root()).err().unwrap();
    assert_eq!(nothing.0[0].code, ErrorCode::XDSMetadataUpdateOperationError);
    let propagation = slot("AssociationPropagation", &["no"]);
    let said =
        change(&entry, &right.replace("</rim:Association>", &format!("{propagation}</rim:Association>")))
            .unwrap_err();
    assert!(said.contains("XDSMetadataUpdateOperationError"), "{said}");
}

fn status(from: &str, to: &str) -> String {
    let slots = format!("{}{}", slot("OriginalStatus", &[from]), slot("NewStatus", &[to]));
    let kind = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus";
    submit(&format!("{}{}", set(), association(kind, "Set01", &entry_id(1).urn(), &slots)))
}

#[test]
fn statuses_change_among_those_of_the_dmp() {
    let urn = EntryStatus::urn;
    for (from, to) in [
        (EntryStatus::Approved, EntryStatus::Archived),
        (EntryStatus::Archived, EntryStatus::Approved),
        (EntryStatus::Approved, EntryStatus::Deleted),
    ] {
        let request =
            iti57::decode(&parse(&status(urn(from), urn(to))).root()).unwrap_or_else(|it| panic!("{it}"));
        assert_eq!(request.patient, ins());
        let [Update::Status { entry, from: was, to: is, .. }] = request.updates.as_slice() else { panic!() };
        assert_eq!((*entry, *was, *is), (entry_id(1), from, to));
    }
    for (from, to) in [
        (urn(EntryStatus::Approved), urn(EntryStatus::Approved)),
        (urn(EntryStatus::Approved), urn(EntryStatus::Deprecated)),
        (urn(EntryStatus::Deprecated), urn(EntryStatus::Approved)),
        (urn(EntryStatus::Approved), "urn:oasis:names:tc:ebxml-regrep:StatusType:Submitted"),
        ("", urn(EntryStatus::Approved)),
    ] {
        assert!(iti57::decode(&parse(&status(from, to)).root()).is_err(), "{from} {to}");
    }
    let twice = status(urn(EntryStatus::Approved), urn(EntryStatus::Deleted));
    let start = twice.find("<rim:Association").unwrap();
    let end = twice.find("</rim:RegistryObjectList>").unwrap();
    let twice = format!("{}{}{}", &twice[..end], &twice[start..end], &twice[end..]);
    assert_eq!(
        iti57::decode(&parse(&twice).root()).err().unwrap().0[0].code,
        ErrorCode::XDSMetadataUpdateError
    );
}
