//! A record's life by the DMP's own messages: opened (TD1.1), opened again (TD1.2), its data changed, closed (TD1.3).
//! The same verbs as `Patient/$open-record`, `$reopen` and `$signed-form`, and the same answers.

use ihe::hl7v3::create::{self, Author};
use ihe::hl7v3::person::{Address, Consents, Person};
use ihe::hl7v3::revise::{self, Doing};
use ihe::hl7v3::wrapper::{Acknowledged, Reply, Wrapper};
use ihe::soap::{Fault, message_id};
use model::{Door, Ins, Name, SignedForm};
use record::rows::{Quality, Representative};
use record::{Letter, OpenRequest, SaidData, Target};

use super::answer::Done;
use super::services::{DENIED, body, malformed};
use super::talk::{Asked, Not, Talk};
use super::word::{Said, said};

const CHANGE_DENIED: &str = "refused: the holder changes this, or a counter by a form the holder signed; or there is no \
    open record of this patient";
const CLOSE_DENIED: &str = "refused: the holder closes a record, or a counter by a form the holder signed; or there is \
    no open record of this patient";
const REOPEN_DENIED: &str = "refused: a closed record of this patient is opened again with their fresh consent, which \
    the message says, and by whoever may record it";

/// TD1.1.
pub(super) fn create(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let message = create::decode(asked.request.body()).map_err(malformed)?;
    asked.is_about(&message.patient)?;
    let done = match asked.author(&message.author).and_then(|()| wished(asked, &message)) {
        Err(why) => Err(talk.unasked(asked, why)?),
        Ok(wished) => match talk.app.records.open_record(asked.call, &wished) {
            Ok(_) => Ok(()),
            Err(failure) => Err(said(failure, DENIED)?),
        },
    };
    let id = fresh(talk);
    let reply = reply(talk, &id, &message.wrapper);
    body(|out| create::encode(&message, &reply, acknowledged(&done), out))
}

fn wished(asked: &Asked<'_>, message: &create::Request) -> Result<OpenRequest, Said> {
    let traits = message.traits().map_err(|error| Said::invalid(error.to_string()))?;
    let person = &message.person;
    Ok(OpenRequest {
        ins: message.patient.clone(),
        traits,
        // these messages carry qualified identities alone, and have no word for any other: the INS and all five
        // traits are there
        qualified: true,
        consent: message.consents.opening.unwrap_or(false),
        break_glass: message.consents.break_glass(),
        regulation: message.consents.regulation(),
        channel: channel(asked).to_owned(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        address: address(person)?.unwrap_or_default(),
        login: None,
        kin: Vec::new(),
        representative: person.representatives.first().map(representative).transpose()?,
        letter: Letter::Posted,
    })
}

/// Who answers for the holder, as named. Nothing in the message says that their quality was proved.
fn representative(named: &ihe::hl7v3::person::Representative) -> Result<Representative, Said> {
    let name =
        |it: &String| Name::new(it).map_err(|error| Said::invalid(format!("personalRelationship: {error}")));
    let family =
        named.family.as_ref().ok_or_else(|| Said::invalid("personalRelationship: a name is missing"))?;
    Ok(Representative {
        name: name(family)?,
        given: named.given.as_ref().map(name).transpose()?,
        quality: match named.kind.as_str() {
            "MTH" | "FTH" | "NMTH" | "NFTH" | "PRN" => Quality::Parent,
            "GUARD" => Quality::Guardian,
            _ => Quality::Mandate,
        },
        proved: false,
    })
}

/// Where it was opened, by who is proved: recorded, and tied to nothing.
fn channel(asked: &Asked<'_>) -> &'static str {
    let caller = &asked.call.caller;
    match caller.professional() {
        _ if caller.agent().is_some() => "accueil",
        Some(it) if it.profession.code == PHARMACIST => "pharmacie",
        Some(_) if caller.door == Door::Care => "professionnel",
        _ => "etablissement",
    }
}

const PHARMACIST: &str = "21";

/// Its lines as an envelope takes them.
fn address(person: &Person) -> Result<Option<Vec<String>>, Said> {
    let Some(Address { lines, postal_code, city, country }) = &person.address else { return Ok(None) };
    let town: Vec<_> = [postal_code, city].into_iter().flatten().map(String::as_str).collect();
    let all: Vec<String> =
        lines.iter().cloned().chain([town.join(" ")]).chain(country.iter().cloned()).collect();
    match record::address_lines(&all) {
        Some(lines) => Ok(Some(lines)),
        None => Err(Said::invalid("addr: six lines of 38 characters at most")),
    }
}

/// TD1.2, and what TD1.3 changes.
pub(super) fn revise(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let message = revise::decode(asked.request.body()).map_err(malformed)?;
    asked.is_about(&message.patient)?;
    let target = Target::Ins(message.patient.clone());
    let records = &talk.app.records;
    // an agent acts on what the holder signed, and says so by sending it (rules, W14)
    let call = asked.call.clone().entering_a_form();
    let done = match asked.author(&message.author).and_then(|()| wanted(&message)) {
        Err(why) => Err(talk.unasked(asked, why)?),
        Ok(Wanted::Reopen(consent)) => match records.reopen(asked.call, &target, consent) {
            Ok(_) => Ok(()),
            Err(failure) => Err(said(failure, REOPEN_DENIED)?),
        },
        Ok(Wanted::Say(data)) => match records.say_data(&call, &target, &data) {
            Ok(_) => Ok(()),
            Err(failure) => Err(said(failure, CHANGE_DENIED)?),
        },
        Ok(Wanted::Close(words)) => {
            let form = call.caller.agent().map(|_| SignedForm::Plain);
            match records.close_saying(&call, &target, form, words) {
                Ok(_) => Ok(()),
                Err(failure) => Err(said(failure, CLOSE_DENIED)?),
            }
        }
    };
    let id = fresh(talk);
    let reply = reply(talk, &id, &message.wrapper);
    body(|out| revise::encode(&message, &reply, acknowledged(&done), out))
}

enum Wanted<'a> {
    Reopen(bool),
    Say(Box<SaidData>),
    Close(Option<&'a str>),
}

/// What a message says that cannot be done by it is refused, and never left out of what is done.
fn wanted(message: &revise::Request) -> Result<Wanted<'_>, Said> {
    match &message.doing {
        Doing::Close { words } => Ok(Wanted::Close(words.as_deref())),
        Doing::Reactivate { consents } => {
            let person = &message.person;
            let choices = consents.against_break_glass.or(consents.against_regulation).is_some();
            let contacts = person.email.is_some() || person.phone.is_some() || person.address.is_some();
            if choices || contacts {
                let says =
                    "a reactivation restores what was there: the holder changes oppositions and contacts";
                return Err(Said::invalid(says));
            }
            Ok(Wanted::Reopen(consents.reactivation.unwrap_or(false)))
        }
        Doing::Modify { person, consents } => Ok(Wanted::Say(Box::new(data(person, consents)?))),
    }
}

fn data(person: &Person, consents: &Consents) -> Result<SaidData, Said> {
    if consents.opening == Some(false) || consents.reactivation == Some(false) {
        return Err(Said::invalid("a consent that is withdrawn closes the record: send FERM"));
    }
    if !person.representatives.is_empty() {
        return Err(Said::invalid(
            "personalRelationship: Patient/$representative records who answers for them",
        ));
    }
    Ok(SaidData {
        traits: person.said.clone(),
        used_name: person.used_name.clone(),
        used_given: person.used_given.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        address: address(person)?,
        break_glass: consents.break_glass(),
        regulation: consents.regulation(),
    })
}

impl Asked<'_> {
    /// What the message says is about the person of the assertion (abuse B15).
    pub(super) fn is_about(&self, said: &Ins) -> Result<(), Fault> {
        match self.patient()? == said {
            true => Ok(()),
            false => Err(Fault::sender("not the patient of the assertion")),
        }
    }

    /// Whoever is named as author is who the assertion says.
    fn author(&self, author: &Author) -> Result<(), Said> {
        let other = |said: &Option<String>, is: String| said.as_ref().is_some_and(|it| *it != is);
        let vihf = self.vihf;
        if other(&author.person, vihf.person.to_string())
            || other(&author.organisation, vihf.organisation.to_string())
        {
            return Err(Said::invalid("author: not who the assertion says"));
        }
        Ok(())
    }
}

fn acknowledged(done: &Result<(), Said>) -> Acknowledged<'_> {
    match done {
        Ok(()) => Acknowledged::Accepted,
        Err(no) => Acknowledged::Refused(no.word, &no.says),
    }
}

/// The id of an answer.
pub(super) fn fresh(talk: &Talk) -> String {
    let id = message_id(&*talk.app.dice);
    id.strip_prefix("urn:uuid:").map(str::to_owned).unwrap_or(id)
}

pub(super) fn reply<'a>(talk: &Talk, id: &'a str, to: &'a Wrapper) -> Reply<'a> {
    Reply { id, at: talk.app.clock.now(), to }
}
