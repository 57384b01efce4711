//! The person in a message: names, birth, contacts, who represents them; what they consented to and opposed.

use model::person::normalise;
use model::{BirthPlace, Name, SaidTraits, Sex, Traits};
use xml::{Node, Writer};

use super::error::{Hl7Error, Read};
use super::read::{self, all, child, need, need_attribute};
use super::wrapper::{empty, open};
use super::{CONSENTS, CONTACTS, time};
use crate::fhir::operations::open_record::{is_email, is_phone};

/// A person as a message says. What it leaves out stays none: it is for the rules to miss it.
#[derive(Clone, Default)]
pub struct Person {
    pub said: SaidTraits,
    /// All given names of the birth record, where they are listed.
    pub given_names: Vec<String>,
    pub used_name: Option<String>,
    pub used_given: Option<String>,
    pub email: Option<String>,
    /// A mobile telephone first.
    pub phone: Option<String>,
    pub address: Option<Address>,
    pub representatives: Vec<Representative>,
}

/// A postal address as written.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub lines: Vec<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

/// Somebody who answers for the holder, as the message names them.
#[derive(Clone, PartialEq, Eq)]
pub struct Representative {
    /// `MTH`, `FTH`, `GUARD` …, as sent.
    pub kind: String,
    pub family: Option<String>,
    pub given: Option<String>,
}

const PERSON: &[&str] = &[
    "id",
    "name",
    "telecom",
    "administrativeGenderCode",
    "birthTime",
    "deceasedInd",
    "deceasedTime",
    "multipleBirthInd",
    "multipleBirthOrderNumber",
    "addr",
    "maritalStatusCode",
    "asPatientRelationship",
    "personalRelationship",
    "contactParty",
    "birthPlace",
    "languageCommunication",
];

impl Person {
    pub fn read(person: Node<'_>) -> Read<Self> {
        read::only(person, PERSON)?;
        let mut found = Self::default();
        if let Some(name) = child(person, "name")? {
            found.read_name(name)?;
        }
        for party in all(person, "contactParty") {
            found.read_card(party)?;
        }
        for telecom in all(person, "telecom") {
            found.read_telecom(telecom)?;
        }
        if let Some(gender) = child(person, "administrativeGenderCode")? {
            let all = [("F", Sex::Female), ("M", Sex::Male), ("U", Sex::Unknown), ("UN", Sex::Unknown)];
            found.said.sex = Some(read::one_of(gender, &all)?);
        }
        if let Some(birth) = child(person, "birthTime")? {
            let day = time::day(need_attribute(birth, "value")?);
            let whole = || Hl7Error::value(format!("{}/@value", birth.path()), "a whole date is expected");
            found.said.birth_date = Some(day.ok_or_else(whole)?);
        }
        if let Some(place) = child(person, "birthPlace")? {
            found.said.birth_place = birth_place(place)?;
        }
        if let Some(addr) = all(person, "addr").next() {
            found.address = Some(address(addr)?);
        }
        for relation in all(person, "personalRelationship") {
            found.representatives.push(representative(relation)?);
        }
        Ok(found)
    }

    /// BR is the name of birth and its first given name, SP (and CL) those in use.
    fn read_name(&mut self, name: Node<'_>) -> Read<()> {
        read::only(name, &["prefix", "suffix", "family", "given", "validTime"])?;
        let families: Vec<_> = all(name, "family").collect();
        for family in &families {
            let text = read::text(*family, 100)?;
            match family.attribute("qualifier") {
                Some("BR") => set(&mut self.said.birth_name, text, *family)?,
                Some("SP" | "CL") => set(&mut self.used_name, text, *family)?,
                None if families.len() == 1 => set(&mut self.said.birth_name, text, *family)?,
                _ => return Err(Hl7Error::value(family.path(), "BR or SP is expected of a family name")),
            }
        }
        let mut plain = Vec::new();
        for given in all(name, "given") {
            let text = read::text(given, 200)?;
            match given.attribute("qualifier") {
                Some("BR") => set(&mut self.said.first_given, text, given)?,
                Some("SP" | "CL") => set(&mut self.used_given, text, given)?,
                None => plain.extend(text),
                _ => return Err(Hl7Error::value(given.path(), "BR, CL or no qualifier is expected")),
            }
        }
        // without BR the first one is it; beside it, the others are the list of the birth record
        let mut plain = plain.into_iter();
        if self.said.first_given.is_none() {
            self.said.first_given = plain.next();
        }
        self.given_names = plain.flat_map(|it| words(&it)).collect();
        Ok(())
    }

    /// The name of birth stands on the health card where the message's own name lacks it.
    fn read_card(&mut self, party: Node<'_>) -> Read<()> {
        let Some(code) = child(party, "code")? else { return Ok(()) };
        read::of_system(code, CONTACTS)?;
        read::one_of(code, &[("CARTE_SESAM_VITALE", ())])?;
        let Some(person) = child(party, "contactPerson")? else { return Ok(()) };
        let Some(name) = child(person, "name")? else { return Ok(()) };
        for family in all(name, "family") {
            if family.attribute("qualifier") == Some("BR") && self.said.birth_name.is_none() {
                self.said.birth_name = read::text(family, 100)?;
            }
        }
        Ok(())
    }

    fn read_telecom(&mut self, telecom: Node<'_>) -> Read<()> {
        let value = need_attribute(telecom, "value")?;
        let wrong = || Hl7Error::value(format!("{}/@value", telecom.path()), "mailto: or tel: is expected");
        match value.split_once(':') {
            Some(("mailto", address)) if is_email(address) => {
                self.email.get_or_insert_with(|| address.to_owned());
            }
            Some(("tel", number)) if is_phone(number) => {
                if self.phone.is_none() || telecom.attribute("use") == Some("MC") {
                    self.phone = Some(number.to_owned());
                }
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// All that an identity needs, where the message says it all. `path`: of the person, for errors.
    pub fn traits(&self, path: &str) -> Read<Traits> {
        let missing = |what: &str| Hl7Error::required(format!("{path}/{what}"));
        let name = |text: &Option<String>, what: &str| {
            let text = text.as_ref().ok_or_else(|| missing(what))?;
            Name::new(text).map_err(|error| Hl7Error::value(format!("{path}/{what}"), error.to_string()))
        };
        let used = |text: &Option<String>, what: &str| match text {
            Some(_) => name(text, what).map(Some),
            None => Ok(None),
        };
        let first_given = name(&self.said.first_given, "name/given[@qualifier='BR']")?;
        let place = self.said.birth_place.as_ref().ok_or_else(|| missing("birthPlace/addr/county"))?;
        let birth_place = BirthPlace::new(place)
            .map_err(|error| Hl7Error::value(format!("{path}/birthPlace/addr/county"), error.to_string()))?;
        Ok(Traits {
            birth_name: name(&self.said.birth_name, "name/family[@qualifier='BR']")?,
            given_names: self.all_given(&first_given, path)?,
            first_given,
            used_name: used(&self.used_name, "name/family[@qualifier='SP']")?,
            used_given: used(&self.used_given, "name/given[@qualifier='CL']")?,
            birth_date: self.said.birth_date.ok_or_else(|| missing("birthTime"))?,
            sex: self.said.sex.ok_or_else(|| missing("administrativeGenderCode"))?,
            birth_place,
        })
    }

    /// The first given name, then the others of the list, which may begin with it.
    fn all_given(&self, first: &Name, path: &str) -> Read<Vec<Name>> {
        let opening = words(first.as_str());
        let repeats = opening.len() <= self.given_names.len()
            && opening
                .iter()
                .zip(&self.given_names)
                .all(|(mine, listed)| normalise(mine) == normalise(listed));
        let mut all = vec![first.clone()];
        for text in self.given_names.iter().skip(if repeats { opening.len() } else { 0 }) {
            let wrong = |error: model::person::TraitError| {
                Hl7Error::value(format!("{path}/name/given"), error.to_string())
            };
            all.push(Name::new(text).map_err(wrong)?);
        }
        Ok(all)
    }
}

fn set(into: &mut Option<String>, text: Option<String>, from: Node<'_>) -> Read<()> {
    match (into.is_some(), text) {
        (true, _) => Err(Hl7Error::structure(from.path(), "this name stands twice")),
        (false, None) => Err(Hl7Error::required(from.path())),
        (false, text) => {
            *into = text;
            Ok(())
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The INSEE code is the county, as in a CDA's birthplace.
fn birth_place(place: Node<'_>) -> Read<Option<String>> {
    let inner = child(place, "birthplace")?.unwrap_or(place);
    let Some(addr) = child(inner, "addr")? else { return Ok(None) };
    match child(addr, "county")? {
        Some(county) => read::text(county, 5),
        None => Ok(None),
    }
}

fn address(addr: Node<'_>) -> Read<Address> {
    let part = |name: &str| -> Read<Option<String>> {
        child(addr, name)?.map_or(Ok(None), |it| read::text(it, 200))
    };
    let mut lines = Vec::new();
    for line in all(addr, "streetAddressLine").chain(all(addr, "additionalLocator")).take(10) {
        lines.extend(read::text(line, 200)?);
    }
    Ok(Address { lines, postal_code: part("postalCode")?, city: part("city")?, country: part("country")? })
}

fn representative(relation: Node<'_>) -> Read<Representative> {
    let kind = need_attribute(need(relation, "code")?, "code")?.to_owned();
    let holder = child(relation, "relationshipHolder1")?.or(child(relation, "relationshipHolder")?);
    let name = holder.map_or(Ok(None), |it| child(it, "name"))?;
    let part = |of: &str| -> Read<Option<String>> {
        let Some(name) = name else { return Ok(None) };
        all(name, of).next().map_or(Ok(None), |it| read::text(it, 100))
    };
    Ok(Representative { kind, family: part("family")?, given: part("given")? })
}

/// What the holder said, each where it was asked. Nothing is presumed of what is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Consents {
    pub opening: Option<bool>,
    pub reactivation: Option<bool>,
    pub against_break_glass: Option<bool>,
    pub against_regulation: Option<bool>,
}

const OPENING: &str = "CONSENTEMENT_OUVERTURE_DMP";
const REACTIVATION: &str = "CONSENTEMENT_REACTIVATION_DMP";
const AGAINST_BREAK_GLASS: &str = "OPPOSITION_BRIS_DE_GLACE";
const AGAINST_REGULATION: &str = "OPPOSITION_ACCES_URGENCE";

impl Consents {
    pub fn read(patient: Node<'_>) -> Read<Self> {
        let mut found = Self::default();
        for subject in all(patient, "subjectOf") {
            let said = need(subject, "administrativeObservation")?;
            let code = need(said, "code")?;
            read::of_system(code, CONSENTS)?;
            let slot = match need_attribute(code, "code")? {
                OPENING => &mut found.opening,
                REACTIVATION => &mut found.reactivation,
                AGAINST_BREAK_GLASS => &mut found.against_break_glass,
                AGAINST_REGULATION => &mut found.against_regulation,
                _ => {
                    return Err(Hl7Error::value(
                        format!("{}/@code", code.path()),
                        "no such consent or opposition",
                    ));
                }
            };
            if slot.replace(read::boolean(need(said, "value")?)?).is_some() {
                return Err(Hl7Error::structure(subject.path(), "this is said twice"));
            }
        }
        Ok(found)
    }

    /// True = allowed, as the record keeps it.
    pub fn break_glass(&self) -> Option<bool> {
        self.against_break_glass.map(|opposed| !opposed)
    }

    pub fn regulation(&self) -> Option<bool> {
        self.against_regulation.map(|opposed| !opposed)
    }

    pub(super) fn write(&self, out: &mut Writer) {
        for (code, said) in [
            (OPENING, self.opening),
            (REACTIVATION, self.reactivation),
            (AGAINST_BREAK_GLASS, self.against_break_glass),
            (AGAINST_REGULATION, self.against_regulation),
        ] {
            if let Some(said) = said {
                write_observation(out, code, said);
            }
        }
    }
}

pub(super) fn write_observation(out: &mut Writer, code: &str, said: bool) {
    open(out, "subjectOf", &[("typeCode", "SBJ")]);
    open(out, "administrativeObservation", &[("classCode", "OBS"), ("moodCode", "EVN")]);
    empty(out, "code", &[("code", code), ("codeSystem", CONSENTS)]);
    let said = if said { "true" } else { "false" };
    let value =
        [("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"), ("xsi:type", "BL"), ("value", said)];
    empty(out, "value", &value);
    out.end().end();
}

/// A person as answered, in the order of the schema.
pub(super) fn write_person(out: &mut Writer, traits: &Traits, email: Option<&str>, phone: Option<&str>) {
    open(out, "patientPerson", &[("classCode", "PSN"), ("determinerCode", "INSTANCE")]);
    out.start("name");
    let part = |out: &mut Writer, name: &str, qualifier: &str, text: &str| {
        out.start(name).attribute("qualifier", qualifier).text(text).end();
    };
    part(out, "family", "BR", traits.birth_name.as_str());
    // software shows the name in use: that of birth where there is no other
    part(out, "family", "SP", traits.used_name.as_ref().unwrap_or(&traits.birth_name).as_str());
    part(out, "given", "BR", traits.first_given.as_str());
    if let Some(used) = &traits.used_given {
        part(out, "given", "CL", used.as_str());
    }
    let listed: Vec<_> = traits.given_names.iter().map(Name::as_str).collect();
    out.element("given", &listed.join(" "));
    out.end();
    if let Some(phone) = phone {
        empty(out, "telecom", &[("use", "MC"), ("value", &format!("tel:{phone}"))]);
    }
    if let Some(email) = email {
        empty(out, "telecom", &[("value", &format!("mailto:{email}"))]);
    }
    let sex = match traits.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    };
    empty(out, "administrativeGenderCode", &[("code", sex)]);
    empty(out, "birthTime", &[("value", &time::write_day(traits.birth_date))]);
    open(out, "birthPlace", &[("classCode", "BIRTHPL")]).start("addr");
    out.element("county", traits.birth_place.as_str());
    out.end().end();
    out.end();
}
