//! `POST Patient/$counter` and `$signed-form`: what an agent does at a counter, seeing no content: the ordinary
//! accidents of an account on proof of identity, and what the holder asks for by a signed form (rules, A7 and W14).

use model::{Ins, Name, PsIdNat, RowId};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};
use super::Parameters;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum AccountAction {
    ReissueSecrets,
    ResetFactor,
    NewName,
    OpenMinorAccount,
}

const ACCOUNT_ACTIONS: [(&str, AccountAction); 4] = [
    ("REISSUE-SECRETS", AccountAction::ReissueSecrets),
    ("RESET-FACTOR", AccountAction::ResetFactor),
    ("NEW-NAME", AccountAction::NewName),
    ("OPEN-MINOR-ACCOUNT", AccountAction::OpenMinorAccount),
];

/// What is done to an account.
pub enum AccountDoing {
    /// Letter lost.
    ReissueSecrets,
    /// Phone lost.
    ResetFactor,
    /// Used family and first names; none takes it off.
    NewName(Option<Name>, Option<Name>),
    OpenMinorAccount,
}

pub struct CounterRequest {
    pub patient: Ins,
    pub doing: AccountDoing,
    /// None: the holder's account.
    pub mandate: Option<RowId>,
    /// The request is signed; for a minor's account, the minor consents.
    pub signed: bool,
    /// Identity was proved by a document.
    pub identified: bool,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub handed: bool,
}

pub fn decode(body: &[u8]) -> Read<CounterRequest> {
    let node = json::parse(body)?;
    let known = [
        "patient",
        "action",
        "mandate",
        "signed",
        "identified",
        "email",
        "phone",
        "family",
        "given",
        "handed",
    ];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let action = parameters.need_code("action", &ACCOUNT_ACTIONS)?;
    let senseless: &[&str] = match action {
        AccountAction::ReissueSecrets => &["email", "phone", "family", "given"],
        AccountAction::ResetFactor => &["family", "given", "handed"],
        AccountAction::NewName => &["mandate", "email", "phone", "handed"],
        AccountAction::OpenMinorAccount => &["mandate", "family", "given"],
    };
    parameters.none_of(senseless, "this action has no such parameter")?;
    let said = |name| parameters.boolean(name).map(|it| it.unwrap_or(false));
    Ok(CounterRequest {
        patient: parameters.ins("patient")?,
        doing: match action {
            AccountAction::ReissueSecrets => AccountDoing::ReissueSecrets,
            AccountAction::ResetFactor => AccountDoing::ResetFactor,
            AccountAction::NewName => {
                AccountDoing::NewName(parameters.name("family")?, parameters.name("given")?)
            }
            AccountAction::OpenMinorAccount => AccountDoing::OpenMinorAccount,
        },
        mandate: parameters.parsed("mandate", "the id of a mandate", |it| it.parse().ok())?,
        signed: said("signed")?,
        identified: said("identified")?,
        email: parameters.email()?,
        phone: parameters.phone()?,
        handed: said("handed")?,
    })
}

/// Done; with login and first password where they are handed over, this once.
pub fn encode(handed: Option<(&str, &str)>) -> Value {
    let mut all = vec![json!({ "name": "recorded", "valueBoolean": true })];
    all.extend(secrets(handed));
    json!({ "resourceType": "Parameters", "parameter": all })
}

pub(super) fn secrets(handed: Option<(&str, &str)>) -> Vec<Value> {
    let Some((login, password)) = handed else { return Vec::new() };
    vec![
        json!({ "name": "login", "valueString": login }),
        json!({ "name": "password", "valueString": password }),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum FormAction {
    Mask,
    Unmask,
    Close,
    Authorise,
    Revoke,
    Block,
    Unblock,
    Designate,
    EndAttending,
    SameReading,
    EndSameReading,
    EmergencyChoices,
    Contacts,
    Address,
}

const FORM_ACTIONS: [(&str, FormAction); 14] = [
    ("MASK", FormAction::Mask),
    ("UNMASK", FormAction::Unmask),
    ("CLOSE", FormAction::Close),
    ("AUTHORISE", FormAction::Authorise),
    ("REVOKE", FormAction::Revoke),
    ("BLOCK", FormAction::Block),
    ("UNBLOCK", FormAction::Unblock),
    ("DESIGNATE", FormAction::Designate),
    ("END-ATTENDING", FormAction::EndAttending),
    ("SAME-READING", FormAction::SameReading),
    ("END-SAME-READING", FormAction::EndSameReading),
    ("EMERGENCY-CHOICES", FormAction::EmergencyChoices),
    ("CONTACTS", FormAction::Contacts),
    ("ADDRESS", FormAction::Address),
];

/// What the holder asks for on paper.
pub enum FormDoing {
    /// A code of the holder's printed list; true: mask.
    Mask(String, bool),
    Close,
    Authorise(PsIdNat),
    Revoke(PsIdNat),
    Block(PsIdNat),
    Unblock(PsIdNat),
    Designate(PsIdNat),
    EndAttending(PsIdNat),
    SameReading(PsIdNat, bool),
    EmergencyChoices {
        break_glass: bool,
        regulation: bool,
    },
    Contacts(Option<String>, Option<String>),
    /// The lines of a postal address, without the name; none takes it off.
    Address(Vec<String>),
}

pub struct FormRequest {
    pub patient: Ins,
    pub doing: FormDoing,
}

pub fn decode_form(body: &[u8]) -> Read<FormRequest> {
    let node = json::parse(body)?;
    let known = [
        "patient",
        "action",
        "signed",
        "code",
        "person",
        "break-glass",
        "regulation",
        "email",
        "phone",
        "address",
    ];
    let parameters = Parameters::read_with(&Obj::resource(&node, "Parameters")?, &known, &["address"])?;
    let action = parameters.need_code("action", &FORM_ACTIONS)?;
    let wanted: &[&str] = match action {
        FormAction::Mask | FormAction::Unmask => &["code"],
        FormAction::Close => &[],
        FormAction::EmergencyChoices => &["break-glass", "regulation"],
        FormAction::Contacts => &["email", "phone"],
        FormAction::Address => &["address"],
        _ => &["person"],
    };
    let senseless: Vec<_> = known.into_iter().skip(3).filter(|it| !wanted.contains(it)).collect();
    parameters.none_of(&senseless, "this action has no such parameter")?;
    // without the holder's signature there is nothing to enter
    if parameters.boolean("signed")? != Some(true) {
        return Err(Outcome::rule("signed", "a form is entered once the holder signed it"));
    }
    let code = || parameters.need_text("code").map(|(text, _)| text.to_owned());
    let person = || {
        parameters.need("person")?;
        parameters.person("person")?.ok_or_else(|| Outcome::missing("person"))
    };
    let choice = |name: &str| {
        parameters.need(name)?;
        parameters.boolean(name)?.ok_or_else(|| Outcome::missing(name))
    };
    let doing = match action {
        FormAction::Mask => FormDoing::Mask(code()?, true),
        FormAction::Unmask => FormDoing::Mask(code()?, false),
        FormAction::Close => FormDoing::Close,
        FormAction::Authorise => FormDoing::Authorise(person()?),
        FormAction::Revoke => FormDoing::Revoke(person()?),
        FormAction::Block => FormDoing::Block(person()?),
        FormAction::Unblock => FormDoing::Unblock(person()?),
        FormAction::Designate => FormDoing::Designate(person()?),
        FormAction::EndAttending => FormDoing::EndAttending(person()?),
        FormAction::SameReading => FormDoing::SameReading(person()?, true),
        FormAction::EndSameReading => FormDoing::SameReading(person()?, false),
        FormAction::EmergencyChoices => FormDoing::EmergencyChoices {
            break_glass: choice("break-glass")?,
            regulation: choice("regulation")?,
        },
        FormAction::Contacts => FormDoing::Contacts(parameters.email()?, parameters.phone()?),
        FormAction::Address => FormDoing::Address(parameters.lines("address")?),
    };
    Ok(FormRequest { patient: parameters.ins("patient")?, doing })
}
