//! What the form says, read into what `record` asks for; or each thing that is missing or cannot be, by its field.

use jiff::civil::Date;
use model::ins::InsError;
use model::{BirthPlace, Ins, InsAuthority, Instant, Name, Sex, Traits};
use record::rows::{Quality, Representative};
use record::{Letter, OpenRequest};

use crate::portal::form::Form;
use crate::portal::messages::messages;
use crate::portal::when;

/// From this age one answers for oneself.
const OF_AGE: i16 = 18;
/// Nobody is older.
const AGE_MAX: i16 = 130;

/// What the form comes to.
pub enum Answers {
    Whole(Box<OpenRequest>),
    /// They do not want one: nothing is asked, nothing is kept.
    Declined,
    /// Fields, and what is wrong with each.
    Lacking(Vec<(&'static str, &'static str)>),
}

/// Whether somebody answers for the holder.
pub fn is_represented(form: &Form) -> bool {
    form.text("for") == "represented"
}

/// The authorities a number may stand under, the usual first.
pub fn authorities(demo: bool) -> &'static [InsAuthority] {
    if demo { &[InsAuthority::Test, InsAuthority::Demo] } else { &[InsAuthority::Nir, InsAuthority::Nia] }
}

pub fn read(form: &Form, now: Instant, demo: bool) -> Answers {
    if form.text("consent") == "no" {
        return Answers::Declined;
    }
    let mut reader = Reader { form, lacking: Vec::new() };
    match reader.whole(now, demo) {
        Some(request) if reader.lacking.is_empty() => Answers::Whole(Box::new(request)),
        _ => Answers::Lacking(reader.lacking),
    }
}

struct Reader<'a> {
    form: &'a Form,
    lacking: Vec<(&'static str, &'static str)>,
}

impl Reader<'_> {
    /// Looks at every field before it gives up, so that all that is missing is said at once.
    fn whole(&mut self, now: Instant, demo: bool) -> Option<OpenRequest> {
        let m = messages();
        let birth_name = self.name("birth_name");
        let first_given = self.name("first_given");
        let other_given = self.other_given();
        let used_name = self.optional_name("used_name");
        let sex = self.sex();
        let birth_date = self.birth_date(now);
        let birth_place = self.birth_place();
        let ins = self.ins(demo);
        if !self.form.yes("seen") {
            self.lack("seen", m.t("counter.lacking.seen"));
        }
        let representative = self.representative(birth_date, now);
        if !self.form.yes("consent") {
            self.lack("consent", m.t("counter.lacking.consent"));
        }
        let break_glass = self.answer("break_glass", m.t("counter.lacking.break_glass"));
        let regulation = self.answer("regulation", m.t("counter.lacking.regulation"));
        let (email, phone) = self.contacts();

        let first_given = first_given?;
        let mut given_names = vec![first_given.clone()];
        given_names.extend(other_given);
        Some(OpenRequest {
            ins: ins?,
            traits: Traits {
                birth_name: birth_name?,
                first_given,
                given_names,
                used_name,
                used_given: None,
                birth_date: birth_date?,
                sex: sex?,
                birth_place: birth_place?,
            },
            qualified: self.form.yes("seen"),
            consent: self.form.yes("consent"),
            break_glass: Some(break_glass?),
            regulation: Some(regulation?),
            channel: "accueil".into(),
            email,
            phone,
            address: Vec::new(),
            login: None,
            kin: Vec::new(),
            representative,
            letter: Letter::Handed,
        })
    }

    fn lack(&mut self, field: &'static str, says: &'static str) {
        self.lacking.push((field, says));
    }

    fn name(&mut self, field: &'static str) -> Option<Name> {
        let m = messages();
        let text = self.form.text(field);
        let name = Name::new(text).ok().filter(|_| text.chars().any(char::is_alphabetic));
        if name.is_none() {
            let says =
                if text.is_empty() { m.t("counter.lacking.empty") } else { m.t("counter.lacking.name") };
            self.lack(field, says);
        }
        name
    }

    fn optional_name(&mut self, field: &'static str) -> Option<Name> {
        if self.form.text(field).is_empty() { None } else { self.name(field) }
    }

    /// Given names after the first, between commas or spaces.
    fn other_given(&mut self) -> Vec<Name> {
        let words = self.form.text("other_given").split([',', ' ']).filter(|it| !it.is_empty());
        match words.map(Name::new).collect::<Result<Vec<_>, _>>() {
            Ok(names) if names.len() <= 20 => names,
            _ => {
                self.lack("other_given", messages().t("counter.lacking.name"));
                Vec::new()
            }
        }
    }

    fn sex(&mut self) -> Option<Sex> {
        match self.form.text("sex") {
            "f" => Some(Sex::Female),
            "m" => Some(Sex::Male),
            _ => {
                self.lack("sex", messages().t("counter.lacking.sex"));
                None
            }
        }
    }

    fn birth_date(&mut self, now: Instant) -> Option<Date> {
        let m = messages();
        let text = self.form.text("birth_date");
        // a day to come has an age below none
        let date = date(text).filter(|it| (0..=AGE_MAX).contains(&when::age(*it, now)));
        if date.is_none() {
            let says =
                if text.is_empty() { m.t("counter.lacking.empty") } else { m.t("counter.lacking.date") };
            self.lack("birth_date", says);
        }
        date
    }

    fn birth_place(&mut self) -> Option<BirthPlace> {
        let place = BirthPlace::new(&self.form.text("birth_place").to_uppercase()).ok();
        if place.is_none() {
            self.lack("birth_place", messages().t("counter.lacking.place"));
        }
        place
    }

    /// The key is held against the number under every authority: a slip of the hand would open somebody else's.
    fn ins(&mut self, demo: bool) -> Option<Ins> {
        let m = messages();
        let number: String =
            self.form.text("ins").chars().filter(|it| !it.is_whitespace()).collect::<String>().to_uppercase();
        let authority = authorities(demo)
            .iter()
            .find(|it| it.fhir_type() == self.form.text("authority"))
            .or_else(|| authorities(demo).first())?;
        let says = match Ins::new(InsAuthority::Nir, &number) {
            Ok(_) => return Ins::new(*authority, &number).ok(),
            Err(_) if number.is_empty() => m.t("counter.lacking.empty"),
            Err(InsError::Key) => m.t("counter.lacking.key"),
            Err(_) => m.t("counter.lacking.number"),
        };
        self.lack("ins", says);
        None
    }

    fn answer(&mut self, field: &'static str, says: &'static str) -> Option<bool> {
        match self.form.text(field) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                self.lack(field, says);
                None
            }
        }
    }

    /// Who answers for a child or a protected adult, and in what quality, the proof of which was seen.
    fn representative(&mut self, born: Option<Date>, now: Instant) -> Option<Representative> {
        let m = messages();
        if !is_represented(self.form) {
            if born.is_some_and(|it| when::age(it, now) < OF_AGE) {
                self.lack("rep_name", m.t("counter.lacking.minor"));
            }
            return None;
        }
        let name = self.name("rep_name");
        let quality = match self.form.text("rep_quality") {
            "parent" => Some(Quality::Parent),
            "guardian" => Some(Quality::Guardian),
            "mandate" => Some(Quality::Mandate),
            _ => {
                self.lack("rep_quality", m.t("counter.lacking.quality"));
                None
            }
        };
        if !self.form.yes("rep_proof") {
            self.lack("rep_proof", m.t("counter.lacking.proof"));
        }
        let proved = self.form.yes("rep_proof");
        Some(Representative { name: name?, given: None, quality: quality?, proved })
    }

    fn contacts(&mut self) -> (Option<String>, Option<String>) {
        let m = messages();
        let some = |text: String| (!text.is_empty()).then_some(text);
        let email = some(self.form.text("email").to_owned());
        let typed: String =
            self.form.text("phone").chars().filter(|it| !matches!(it, ' ' | '.' | '-' | '\u{a0}')).collect();
        let phone = some(typed);
        if email.as_deref().is_some_and(|it| !is_email(it)) {
            self.lack("email", m.t("counter.lacking.email"));
        }
        if phone.as_deref().is_some_and(|it| !is_phone(it)) {
            self.lack("phone", m.t("counter.lacking.phone"));
        }
        match (email.is_some() || phone.is_some(), self.form.yes("no_contact")) {
            (false, false) => self.lack("no_contact", m.t("counter.lacking.contact")),
            (true, true) => self.lack("no_contact", m.t("counter.lacking.both")),
            _ => {}
        }
        (email, phone)
    }
}

/// `29/02/1984`, with any sign between, or none.
fn date(text: &str) -> Option<Date> {
    let between = |it: char| matches!(it, '/' | '.' | '-' | ' ');
    let digits: String = text.chars().filter(|it| !between(*it)).collect();
    if digits.len() != 8 || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to);
    Date::new(part(4, 8)?.parse().ok()?, part(2, 4)?.parse().ok()?, part(0, 2)?.parse().ok()?).ok()
}

fn is_email(text: &str) -> bool {
    let plain =
        |it: char| !it.is_whitespace() && !it.is_control() && !matches!(it, '<' | '>' | ',' | ';' | '"');
    match text.split_once('@') {
        Some((who, place)) => {
            let dotted = place.contains('.') && !place.starts_with('.') && !place.ends_with('.');
            text.len() <= 254 && !who.is_empty() && !place.contains('@') && dotted && text.chars().all(plain)
        }
        None => false,
    }
}

/// Ten digits from 0, or `+` and 8 to 15 digits.
fn is_phone(text: &str) -> bool {
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_prefix('+') {
        Some(rest) => (8..=15).contains(&rest.len()) && digits(rest),
        None => text.len() == 10 && text.starts_with('0') && digits(text),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    const RIGHT: &str = "birth_name=LEFICTIF&first_given=Zo%C3%A9&other_given=Ana%C3%AFs%2C+Lou&sex=f\
        &birth_date=29%2F02%2F1984&birth_place=63113&ins=2+84+02+63+113+001+KEY&seen=yes&consent=yes\
        &break_glass=no&regulation=yes&email=zoe%40example.org";

    fn right() -> String {
        RIGHT.replace("KEY", &format!("{:02}", 97 - 2_840_263_113_001_u64 % 97))
    }

    fn answers(form: &str) -> Answers {
        read(&Form::read(form.as_bytes()).unwrap(), "2026-11-23T09:00:00Z".parse().unwrap(), true)
    }

    #[track_caller]
    fn lacking(form: &str) -> Vec<&'static str> {
        match answers(form) {
            Answers::Lacking(found) => found.into_iter().map(|(field, _)| field).collect(),
            _ => panic!("nothing is lacking"),
        }
    }

    #[track_caller]
    fn whole(form: &str) -> OpenRequest {
        match answers(form) {
            Answers::Whole(request) => *request,
            Answers::Lacking(found) => panic!("lacking: {found:?}"),
            Answers::Declined => panic!("declined"),
        }
    }

    #[test]
    fn a_whole_form_is_what_was_answered() {
        let asked = whole(&right());
        assert_eq!(asked.traits.given_names.len(), 3);
        assert_eq!((asked.break_glass, asked.regulation), (Some(false), Some(true)));
        assert_eq!((asked.email.as_deref(), asked.phone), (Some("zoe@example.org"), None));
        assert_eq!(asked.ins.authority(), InsAuthority::Test);
        assert!(asked.consent && asked.qualified && asked.representative.is_none());
        assert_eq!(asked.letter, Letter::Handed);
    }

    #[test]
    fn an_empty_form_names_everything_at_once() {
        let all = [
            "birth_name",
            "first_given",
            "sex",
            "birth_date",
            "birth_place",
            "ins",
            "seen",
            "consent",
            "break_glass",
            "regulation",
            "no_contact",
        ];
        assert_eq!(lacking(""), all);
        let child = ["rep_name", "rep_quality", "rep_proof"];
        assert!(child.iter().all(|it| lacking("for=represented").contains(it)));
    }

    /// Each field in turn, gone or wrong, is the one that is named.
    #[test]
    fn each_field_is_named_alone() {
        let right = right();
        for (pair, field) in right.split('&').filter_map(|it| Some((it, it.split_once('=')?.0))) {
            if field == "other_given" {
                continue;
            }
            let without = right.replace(pair, "");
            let named = if field == "email" { "no_contact" } else { field };
            assert_eq!(lacking(&without), [named], "{field}");
        }
        for (pair, named) in [
            ("birth_name=12", "birth_name"),
            ("sex=x", "sex"),
            ("birth_date=30%2F02%2F1984", "birth_date"),
            ("birth_date=24%2F11%2F2026", "birth_date"),
            ("birth_date=01%2F01%2F1884", "birth_date"),
            ("birth_place=631", "birth_place"),
            ("ins=284026311300100", "ins"),
            ("ins=28402", "ins"),
            ("email=zoe", "email"),
            ("phone=123", "phone"),
            ("no_contact=yes", "no_contact"),
            ("break_glass=peut-etre", "break_glass"),
        ] {
            assert_eq!(lacking(&format!("{pair}&{right}")), [named], "{pair}");
        }
    }

    #[test]
    fn no_consent_asks_for_nothing() {
        assert!(matches!(answers("consent=no"), Answers::Declined));
        assert!(matches!(answers(&format!("consent=no&{}", right())), Answers::Declined));
    }

    #[test]
    fn somebody_answers_for_a_child() {
        let child = right().replace("1984", "2016");
        assert_eq!(lacking(&child), ["rep_name"]);
        let answered =
            format!("{child}&for=represented&rep_name=LEFICTIF+Paul&rep_quality=parent&rep_proof=yes");
        let who = whole(&answered).representative.unwrap();
        assert_eq!((who.name.as_str(), who.quality), ("LEFICTIF Paul", Quality::Parent));
        assert_eq!(lacking(&answered.replace("&rep_proof=yes", "")), ["rep_proof"]);
    }

    #[test]
    fn dates_and_numbers_are_read_as_they_are_typed() {
        let known = Date::new(1984, 2, 29).unwrap();
        for text in ["29/02/1984", "29021984", "29.02.1984", "29-02-1984", "29 02 1984"] {
            assert_eq!(date(text), Some(known), "{text}");
        }
        for text in ["29/02/84", "1984-02-29x", "31/04/1984", "٢٩/02/1984", ""] {
            assert_eq!(date(text), None, "{text}");
        }
        assert!(is_phone("0199001020") && is_phone("+33199001020") && !is_phone("199001020"));
        for wrong in ["a@b", "@b.c", "a@b.c@d.e", "a b@c.d", "a@.c", "a@c.", "<a@b.c>"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
