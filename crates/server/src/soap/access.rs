//! TD1.5, the holder's access at a counter: an account, new secrets, the channel of the codes. The same verbs as
//! `Patient/$counter`. Who sends it says by it that the holder stands there, proved who they are and signed.

use ihe::dmp::Status;
use ihe::dmp::access::{self, Action, Call as Asks, Channel};
use ihe::hl7v3::Word;
use record::circle::AccountOf;
use record::{ChannelChange, CodeChannel, Failure, Letter, RefusalKind, Secrets, SeenAtCounter, Target};

use super::answer::Done;
use super::services::{body, malformed};
use super::talk::{Asked, Not, Talk};
use super::word::{Said, said};

const COUNTER: &str =
    "refused: this is done at a counter, by an agent; or there is no open record of this patient";

/// `createPatientAccess`
pub(super) fn create(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let channel = access::decode_create(asked.request.body()).map_err(malformed)?;
    let target = Target::Ins(asked.patient()?.clone());
    let (call, seen) = (asked.call.clone().entering_a_form(), SeenAtCounter::both());
    let made = talk.app.records.open_access(&call, &target, seen, code_channel(&channel), Letter::Handed);
    let exists = Said::new(Word::AccessExists, "there is an account: updatePatientAccess gives new secrets");
    answer(Asks::Create, made.map(record::Disclosed::into_inner), exists)
}

/// `updatePatientAccess`
pub(super) fn update(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    access::decode_update(asked.request.body()).map_err(malformed)?;
    let target = Target::Ins(asked.patient()?.clone());
    let (call, seen) = (asked.call.clone().entering_a_form(), SeenAtCounter::both());
    let made = talk.app.records.reissue_secrets(&call, &target, AccountOf::Holder, seen, Letter::Handed);
    let odd = Said::invalid("the account changed meanwhile");
    answer(Asks::Update, made.map(record::Disclosed::into_inner), odd)
}

/// `patientOTPUpdate`
pub(super) fn channel(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let (action, channel) = access::decode_channel(asked.request.body()).map_err(malformed)?;
    let target = Target::Ins(asked.patient()?.clone());
    let (call, seen) = (asked.call.clone().entering_a_form(), SeenAtCounter::both());
    let change = match action {
        Action::Add => ChannelChange::Add,
        Action::Change => ChannelChange::Change,
        Action::Remove => ChannelChange::Remove,
    };
    let changed = talk.app.records.change_channel(&call, &target, seen, change, code_channel(&channel));
    let exists = Said::new(Word::ChannelExists, "codes go there already: MODIFICATION changes where");
    answer(Asks::Channel, changed.map(|_| None), exists)
}

fn code_channel(channel: &Channel) -> CodeChannel<'_> {
    match channel {
        Channel::Email(it) => CodeChannel::Email(it),
        Channel::Phone(it) => CodeChannel::Phone(it),
    }
}

fn answer(asks: Asks, done: Result<Option<Secrets>, Failure>, exists: Said) -> Result<Done, Not> {
    let no = match done {
        Ok(secrets) => {
            let handed = secrets.as_ref().map(|it| (it.login.as_str(), it.password.as_str()));
            return body(|out| access::encode(asks, Status::Done, handed, out));
        }
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Conflict => exists,
        Err(failure) => said(failure, COUNTER)?,
    };
    body(|out| access::encode(asks, Status::Refused(no.word, &no.says), None, out))
}
