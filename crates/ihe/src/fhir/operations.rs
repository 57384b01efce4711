//! Operations of our own (design, "Operations of our own over FHIR"): one file each, Parameters in and out.

pub mod authorise;
pub mod break_glass;
pub mod life;
pub mod manage;
pub mod open_record;
pub mod regulate;

use super::datatypes;
use super::date;
use super::obj::Obj;
use super::outcome::{IssueCode, Outcome, Read};
use model::Ins;

/// The parameters of a call, each at most once and none unknown.
struct Parameters<'t> {
    all: Vec<(&'t str, Obj<'t>)>,
    path: String,
}

impl<'t> Parameters<'t> {
    fn read(resource: &Obj<'t>, known: &[&str]) -> Read<Self> {
        resource.only_resource(&["parameter"])?;
        let mut all: Vec<(&str, Obj<'_>)> = Vec::new();
        for it in resource.need_objects("parameter")? {
            let name = it.need_text("name")?;
            if !known.contains(&name) {
                return Err(Outcome::malformed(it.at("name"), "no such parameter"));
            }
            if all.iter().any(|(before, _)| *before == name) {
                return Err(Outcome::malformed(it.at("name"), "this parameter stands twice"));
            }
            all.push((name, it));
        }
        Ok(Self { all, path: resource.path().to_owned() })
    }

    fn get(&self, name: &str) -> Option<&Obj<'t>> {
        self.all.iter().find(|(known, _)| *known == name).map(|(_, it)| it)
    }

    fn need(&self, name: &str) -> Read<&Obj<'t>> {
        self.get(name).ok_or_else(|| {
            let path = format!("{}.parameter", self.path);
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

    /// The patient by an INS.
    fn ins(&self, name: &str) -> Read<Ins> {
        let it = self.need(name)?;
        it.only(&["name", "valueIdentifier"])?;
        let identifier = it.need_object("valueIdentifier")?;
        let found = datatypes::identifier(&identifier)?;
        let system = found.system.ok_or_else(|| Outcome::missing(identifier.at("system")))?;
        Ins::from_identifier(&system, &found.value)
            .map_err(|error| Outcome::value(identifier.at("value"), error.to_string()))
    }
}
