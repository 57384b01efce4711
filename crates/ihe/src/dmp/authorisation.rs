//! `setAuthorization` (TD0.3) and `listAuthorizationByPatient` (TD1.6). The patient is the VIHF's.

use model::Instant;
use xml::{Node, Writer};

use super::{AUTHORISATIONS, Read, Status, answer, code, operation, required};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Add,
    Remove,
}

/// What a professional records about themself. Removing as attending doctor leaves the access as it is: so a
/// vendor's manual tells the four cases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetAuthorization {
    pub action: Action,
    pub as_attending: bool,
}

pub fn decode_set(body: Node<'_>) -> Read<SetAuthorization> {
    let call = operation(body, AUTHORISATIONS, "setAuthorization", &["action", "role"])?;
    let action = code(call, "action", &[("AJOUT", Action::Add), ("SUPPRESSION", Action::Remove)])?;
    let role = code(call, "role", &[("MEDECIN_TRAITANT", ())])?;
    Ok(SetAuthorization {
        action: action.ok_or_else(|| required(call, "action"))?,
        as_attending: role.is_some(),
    })
}

pub fn encode_set(status: Status<'_>, out: &mut Writer) {
    answer(out, AUTHORISATIONS, "setAuthorization", status, |_| ());
}

/// Whom a list is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Authorised,
    Blocked,
    All,
}

pub fn decode_list(body: Node<'_>) -> Read<Mode> {
    let call = operation(body, AUTHORISATIONS, "listAuthorizationByPatient", &["mode"])?;
    let all = [("ACTIVE", Mode::Authorised), ("INTERDITE", Mode::Blocked), ("TOUTE", Mode::All)];
    code(call, "mode", &all)?.ok_or_else(|| required(call, "mode"))
}

/// One who is authorised or blocked.
pub struct Listed<'a> {
    /// PS_IdNat, or Struct_IdNat of an organisation.
    pub id: String,
    pub is_organisation: bool,
    /// As the directory shows it.
    pub name: &'a str,
    /// `G15_10/SM26`
    pub profession: Option<String>,
    pub blocked: bool,
    pub attending: bool,
    pub since: Instant,
    pub until: Option<Instant>,
}

pub fn encode_list(answered: Result<&[Listed<'_>], Status<'_>>, out: &mut Writer) {
    let (status, all) = match answered {
        Ok(all) => (Status::Done, all),
        Err(status) => (status, &[] as &[Listed<'_>]),
    };
    answer(out, AUTHORISATIONS, "listAuthorizationByPatient", status, |out| {
        for it in all {
            write_listed(out, it);
        }
    });
}

fn write_listed(out: &mut Writer, it: &Listed<'_>) {
    use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
    let kind = if it.is_organisation { STRUCT_IDNAT_OID } else { PS_IDNAT_OID };
    out.start("listOfAuthorizationByPatient");
    out.element("nationalId", &it.id).element("nationalIdType", kind);
    // the directory has one name for both: which of its words is the family's is not said
    out.element("lastName", it.name);
    if let Some(profession) = &it.profession {
        out.element("profession", profession);
    }
    out.element("mode", if it.blocked { "INTERDITE" } else { "ACTIVE" });
    if it.attending {
        out.element("role", "MEDECIN_TRAITANT");
    }
    out.element("beginDate", &it.since.to_string());
    if let Some(until) = it.until {
        out.element("endDate", &until.to_string());
    }
    out.end();
}
