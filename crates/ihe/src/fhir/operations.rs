//! Operations of our own (design, "Operations of our own over FHIR"): one file each, Parameters in and out.

pub mod authorise;
pub mod break_glass;
pub mod care;
pub mod counter;
pub mod life;
pub mod lists;
pub mod manage;
pub mod open_record;
pub mod regulate;
pub mod representative;
pub mod two_agents;

use super::datatypes;
use super::date;
use super::obj::Obj;
use super::outcome::{IssueCode, Outcome, Read};
use model::{Ins, Instant, Name, PsIdNat};

/// The parameters of a call, each at most once and none unknown.
struct Parameters<'t> {
    all: Vec<(&'t str, Obj<'t>)>,
    path: String,
}

impl<'t> Parameters<'t> {
    fn read(resource: &Obj<'t>, known: &[&str]) -> Read<Self> {
        Self::read_with(resource, known, &[])
    }

    /// Some of which may stand several times.
    fn read_with(resource: &Obj<'t>, known: &[&str], several: &[&str]) -> Read<Self> {
        resource.only_resource(&["parameter"])?;
        Self::of(resource, "parameter", known, several)
    }

    /// Those that are part of one.
    fn parts(of: &Obj<'t>, known: &[&str]) -> Read<Self> {
        of.only(&["name", "part"])?;
        Self::of(of, "part", known, &[])
    }

    fn of(obj: &Obj<'t>, list: &str, known: &[&str], several: &[&str]) -> Read<Self> {
        let mut all: Vec<(&str, Obj<'_>)> = Vec::new();
        for it in obj.need_objects(list)? {
            let name = it.need_text("name")?;
            if !known.contains(&name) {
                return Err(Outcome::malformed(it.at("name"), "no such parameter"));
            }
            if !several.contains(&name) && all.iter().any(|(before, _)| *before == name) {
                return Err(Outcome::malformed(it.at("name"), "this parameter stands twice"));
            }
            all.push((name, it));
        }
        Ok(Self { all, path: obj.at(list) })
    }

    fn get(&self, name: &str) -> Option<&Obj<'t>> {
        self.all.iter().find(|(known, _)| *known == name).map(|(_, it)| it)
    }

    fn need(&self, name: &str) -> Read<&Obj<'t>> {
        self.get(name).ok_or_else(|| {
            let path = &self.path;
            Outcome::at(400, IssueCode::Required, path, format!("the parameter {name} is required"))
        })
    }

    fn resource(&self, name: &str) -> Read<Obj<'t>> {
        let it = self.need(name)?;
        it.only(&["name", "resource"])?;
        it.need_object("resource")
    }

    fn boolean(&self, name: &str) -> Read<Option<bool>> {
        let Some(it) = self.get(name) else { return Ok(None) };
        it.only(&["name", "valueBoolean"])?;
        match it.boolean("valueBoolean")? {
            None => Err(Outcome::missing(it.at("valueBoolean"))),
            some => Ok(some),
        }
    }

    /// A code or a string, with its path.
    fn text(&self, name: &str) -> Read<Option<(&'t str, String)>> {
        let Some(it) = self.get(name) else { return Ok(None) };
        it.only(&["name", "valueCode", "valueString"])?;
        let key = if it.has("valueCode") { "valueCode" } else { "valueString" };
        Ok(Some((it.need_text(key)?, it.at(key))))
    }

    fn need_text(&self, name: &str) -> Read<(&'t str, String)> {
        self.need(name)?;
        self.text(name)?.ok_or_else(|| Outcome::missing(&self.path))
    }

    fn day(&self, name: &str) -> Read<jiff::civil::Date> {
        let it = self.need(name)?;
        it.only(&["name", "valueDate", "valueString"])?;
        let key = if it.has("valueString") { "valueString" } else { "valueDate" };
        date::day(it.need_text(key)?)
            .ok_or_else(|| Outcome::malformed(it.at(key), "a whole date is expected"))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Obj<'t>> {
        self.all.iter().filter(move |(known, _)| *known == name).map(|(_, it)| it)
    }

    /// What an action does not take is refused, never ignored.
    fn none_of(&self, names: &[&str], says: &str) -> Read<()> {
        match names.iter().find_map(|name| self.get(name)) {
            Some(it) => Err(Outcome::malformed(it.at("name"), says)),
            None => Ok(()),
        }
    }

    /// Something that a text of its own form names: an id, a name.
    fn parsed<T>(&self, name: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Read<Option<T>> {
        let Some((text, path)) = self.text(name)? else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| Outcome::value(path, expected))
    }

    fn need_parsed<T>(&self, name: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Read<T> {
        self.need(name)?;
        self.parsed(name, expected, parse)?.ok_or_else(|| Outcome::missing(&self.path))
    }

    /// One of a table of codes.
    fn need_code<T: Copy>(&self, name: &str, all: &[(&str, T)]) -> Read<T> {
        let (code, path) = self.need_text(name)?;
        let found = all.iter().find(|(known, _)| *known == code);
        found.map(|(_, it)| *it).ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|(known, _)| *known).collect();
            Outcome::at(422, IssueCode::CodeInvalid, path, format!("one of {}", known.join(", ")))
        })
    }

    /// A moment, with its time zone.
    fn instant(&self, name: &str) -> Read<Option<Instant>> {
        let Some(it) = self.get(name) else { return Ok(None) };
        it.only(&["name", "valueInstant"])?;
        let at =
            date::instant(it.need_text("valueInstant")?).map(|it| Instant::from_millis(it.as_millisecond()));
        at.map(Some).ok_or_else(|| Outcome::malformed(it.at("valueInstant"), "an instant is expected"))
    }

    fn person(&self, name: &str) -> Read<Option<PsIdNat>> {
        self.parsed(name, "the national identifier of a professional", |it| it.parse().ok())
    }

    fn name(&self, name: &str) -> Read<Option<Name>> {
        self.parsed(name, "a name has from 1 to 100 characters", |it| Name::new(it).ok())
    }

    fn email(&self) -> Read<Option<String>> {
        self.parsed("email", "one e-mail address", |it| open_record::is_email(it).then(|| it.to_owned()))
    }

    fn phone(&self) -> Read<Option<String>> {
        self.parsed("phone", "a telephone number", |it| open_record::is_phone(it).then(|| it.to_owned()))
    }

    /// Strings under one name, in their order.
    fn lines(&self, name: &str) -> Read<Vec<String>> {
        let line = |it: &Obj<'t>| {
            it.only(&["name", "valueString"])?;
            Ok(it.need_text("valueString")?.to_owned())
        };
        self.all(name).map(line).collect()
    }

    /// The patient by an INS.
    fn ins(&self, name: &str) -> Read<Ins> {
        Self::an_ins(self.need(name)?)
    }

    fn an_ins(it: &Obj<'_>) -> Read<Ins> {
        it.only(&["name", "valueIdentifier"])?;
        let identifier = it.need_object("valueIdentifier")?;
        let found = datatypes::identifier(&identifier)?;
        let system = found.system.ok_or_else(|| Outcome::missing(identifier.at("system")))?;
        Ins::from_identifier(&system, &found.value)
            .map_err(|error| Outcome::value(identifier.at("value"), error.to_string()))
    }
}
