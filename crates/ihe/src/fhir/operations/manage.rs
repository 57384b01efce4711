//! `POST DocumentReference/$manage`: what a depositor or a professional does with a document that is there (TD3.3;
//! rules, W5 to W9). Answers its state, and nothing of what it says: the operation serves the feed door too.

use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::Parameters;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Archive,
    Unarchive,
    Delete,
    Restore,
    Announce,
    ShowToHolder,
    HideFromRepresentatives,
    ShowToRepresentatives,
    /// The depositor stands by a disputed document, or says that it is wrong.
    UpholdDispute,
    AcceptDispute,
    Recall,
}

impl Action {
    pub const ALL: [(&'static str, Self); 11] = [
        ("ARCHIVE", Self::Archive),
        ("UNARCHIVE", Self::Unarchive),
        ("DELETE", Self::Delete),
        ("RESTORE", Self::Restore),
        ("ANNOUNCE", Self::Announce),
        ("SHOW-TO-HOLDER", Self::ShowToHolder),
        ("HIDE-FROM-REPRESENTATIVES", Self::HideFromRepresentatives),
        ("SHOW-TO-REPRESENTATIVES", Self::ShowToRepresentatives),
        ("UPHOLD-DISPUTE", Self::UpholdDispute),
        ("ACCEPT-DISPUTE", Self::AcceptDispute),
        ("RECALL", Self::Recall),
    ];
}

#[derive(Debug)]
pub struct ManageRequest {
    /// The id of a DocumentReference, as it was given. Malformed answers as absent.
    pub document: String,
    pub action: Action,
    /// Whoever calls made the announcement to the holder.
    pub announced: bool,
    /// The minor asked for the secret, or agreed that it end.
    pub minor_agreed: bool,
    /// Of the depositor of a disputed document, to the holder.
    pub word: Option<String>,
}

pub fn decode(body: &[u8]) -> Read<ManageRequest> {
    let node = json::parse(body)?;
    let known = ["document", "action", "announced", "minor-agreed", "word"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let (code, path) = parameters.need_text("action")?;
    let action = Action::ALL.into_iter().find(|(known, _)| *known == code).map(|(_, action)| action);
    let answers = matches!(action, Some(Action::UpholdDispute | Action::AcceptDispute));
    if !answers {
        parameters.none_of(&["word"], "this action has no such parameter")?;
    }
    let unknown = || Outcome::at(422, IssueCode::CodeInvalid, path, "not an action of $manage");
    Ok(ManageRequest {
        document: parameters.need_text("document")?.0.trim_start_matches("DocumentReference/").to_owned(),
        action: action.ok_or_else(unknown)?,
        announced: parameters.boolean("announced")?.unwrap_or(false),
        minor_agreed: parameters.boolean("minor-agreed")?.unwrap_or(false),
        word: parameters.text("word")?.map(|(text, _)| text.to_owned()),
    })
}

/// `status`: approved, deprecated, archived or deleted.
pub fn encode(document: &str, version: u32, status: &str, disputed: bool) -> Value {
    json!({
        "resourceType": "Parameters",
        "parameter": [
            { "name": "document", "valueString": document },
            { "name": "version", "valueInteger": version },
            { "name": "status", "valueCode": status },
            { "name": "disputed", "valueBoolean": disputed },
        ],
    })
}
