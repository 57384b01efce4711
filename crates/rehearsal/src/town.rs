//! A town nobody lives in: some two hundred people of all ages with their families, those who care for them,
//! and what was written about them in five years. The same seed, size and moment give the same bytes.
//!
//! Read in this order: `homes` (who lives with whom), `life` (what one person has), `story` (what happened),
//! `scripts` and `papers` (what was written), `write` (as which document).

mod drugs;
mod ecg;
mod homes;
mod ills;
mod labs;
mod life;
mod names;
mod papers;
mod phrases;
mod places;
mod scripts;
mod staff;
mod story;
mod titles;
mod write;

use std::collections::BTreeSet;

use model::{BirthPlace, Instant, Name, QualifiedIdentity, Traits, Visibility};

use crate::cast::{Cast, Who};
use crate::chance::SeededDice;
use crate::examples::Example;
use crate::numbers;
use crate::people::{Patient, WishedRecord, people};
use homes::Soul;
use life::Life;
use story::Event;

/// How many people, where nobody says.
pub const SIZE: usize = 200;

/// Everybody and everything of a town; documents are written when they are asked for.
pub struct Town {
    pub people: Vec<Citizen>,
    /// The first cast in its order, then the town's own.
    pub cast: Cast,
    seed: u64,
    lives: Vec<Life>,
    stories: Vec<Vec<Event>>,
}

/// One who lives in the town. Slugs are those of actors of the cast.
#[derive(Clone)]
pub struct Citizen {
    pub patient: Patient,
    /// Postal code and name of the invented town.
    pub town: (&'static str, &'static str),
    /// People of one home have one number.
    pub home: usize,
    /// Places in [`Town::people`]: who may represent a minor.
    pub parents: Vec<usize>,
    pub partner: Option<usize>,
    /// Designated by the holder; to be confirmed before documents are fed, since a synthesis needs it.
    pub attending: Option<&'static str>,
    /// Persons and organisations the holder authorised, beside the attending doctor.
    pub authorised: Vec<&'static str>,
    pub blocked: Vec<&'static str>,
    pub wished: Wished,
    /// How many documents [`Town::documents`] gives about them.
    pub documents: usize,
}

/// How the demo would like the record to stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wished {
    pub record: WishedRecord,
    /// The answers given when it was opened.
    pub break_glass: bool,
    pub regulation: bool,
    /// Has logged in already and chose [`Patient::password`]; the others still hold the counter's letter.
    pub logged_in: bool,
}

/// A document about somebody, to be fed as [`Example::feeder`] says: the first slug, of an actor with a
/// certificate, brings it; where that actor is a person, they feed with their own.
pub struct TownDocument {
    /// Place in [`Town::people`].
    pub citizen: usize,
    pub example: Example,
    /// Set at feeding, as the patient asked.
    pub visibility: Visibility,
}

impl Town {
    /// `size` people or a few more, so that no home is cut in two ([`SIZE`] is usual). Stories end the day
    /// before `now`.
    pub fn new(seed: u64, size: usize, now: Instant) -> Self {
        let (dice, today) = (SeededDice::new(seed), now.in_paris().date());
        let souls = homes::souls(&dice, size, today);
        let cast = staff::cast();
        let mut taken = Taken::default();
        let mut town = Self { people: Vec::new(), cast, seed, lives: Vec::new(), stories: Vec::new() };
        for (who, soul) in souls.iter().enumerate() {
            let dice = SeededDice::new(mixed(seed, who, 0));
            let Some(life) = Life::new(who, &souls, &dice, today) else { continue };
            let Some(patient) = taken.patient(who, soul, &dice) else { continue };
            let wished = wished(who, &dice);
            let mut events = story::events(&life, &dice, today);
            if wished.record == WishedRecord::None {
                events.clear();
            }
            let authorised = town.authorised(&life, &events, &dice);
            town.people.push(Citizen {
                patient: Patient { record: wished.record, ..patient },
                town: staff::TOWNS.get(soul.town).copied().unwrap_or_default(),
                home: soul.home,
                parents: soul.parents.clone(),
                partner: soul.partner,
                attending: life.attending,
                blocked: if dice.chance(3) { vec!["dentist-1"] } else { Vec::new() },
                authorised,
                wished,
                documents: events.len(),
            });
            town.lives.push(life);
            town.stories.push(events);
        }
        town
    }

    /// How many documents there are: known before any is written.
    pub fn document_count(&self) -> usize {
        self.stories.iter().map(Vec::len).sum()
    }

    /// Every document, person by person, each person's oldest first; written one at a time.
    pub fn documents(&self) -> impl Iterator<Item = TownDocument> + '_ {
        (0..self.people.len()).flat_map(|citizen| self.documents_of(citizen))
    }

    /// The documents about one person, the oldest first.
    pub fn documents_of(&self, citizen: usize) -> impl Iterator<Item = TownDocument> + '_ {
        let of = self.people.get(citizen).zip(self.lives.get(citizen)).zip(self.stories.get(citizen));
        let events = of.into_iter().flat_map(|((person, life), events)| {
            events.iter().enumerate().map(move |(number, event)| (person, life, number, event))
        });
        events.filter_map(move |(person, life, number, event)| {
            let dice = SeededDice::new(mixed(self.seed, citizen, number + 1));
            let example = write::document(&self.cast, &person.patient, life, event, &dice)?;
            Some(TownDocument { citizen, example, visibility: event.visibility })
        })
    }

    /// Those with a certificate of their own who wrote about the person, and for most the usual pharmacy.
    fn authorised(&self, life: &Life, events: &[Event], dice: &SeededDice) -> Vec<&'static str> {
        let wrote: BTreeSet<_> = events.iter().map(|event| event.by).collect();
        let pharmacy = dice.chance(60).then_some(life.pharmacy.0);
        self.cast
            .actors
            .iter()
            .filter(|it| matches!(it.who, Who::Person { .. }) && wrote.contains(it.slug))
            .map(|it| it.slug)
            .filter(|slug| Some(*slug) != life.attending && !slug.starts_with("biologist"))
            .chain(pharmacy)
            .collect()
    }
}

/// A seed of its own for each person and each document, so that one does not move the others.
fn mixed(seed: u64, who: usize, what: usize) -> u64 {
    let place = (who as u64) << 20 | what as u64;
    SeededDice::new(seed ^ place.wrapping_mul(0xd134_2543_de82_ef95)).next()
}

fn wished(who: usize, dice: &SeededDice) -> Wished {
    let record = match dice.below(100) {
        0..4 if who > 3 => WishedRecord::None,
        _ => WishedRecord::Open,
    };
    Wished { record, break_glass: dice.chance(93), regulation: dice.chance(95), logged_in: dice.chance(12) }
}

/// What only one person may have.
#[derive(Default)]
struct Taken {
    ins: BTreeSet<String>,
    logins: BTreeSet<String>,
    phones: BTreeSet<u64>,
}

impl Taken {
    fn patient(&mut self, who: usize, soul: &Soul, dice: &SeededDice) -> Option<Patient> {
        if self.ins.is_empty() {
            // those of the first demo are theirs
            self.ins.extend(people().iter().map(|it| it.identity.ins.canonical()));
            self.phones.extend([11, 22, 33, 44, 55]);
        }
        let place = places::birth(dice, soul.born.year());
        let ins = (0..400).find_map(|_| {
            let order = u16::try_from(900 + dice.below(100)).ok()?;
            let ins = numbers::ins(soul.sex, soul.born, place.0, order)?;
            self.ins.insert(ins.canonical()).then_some(ins)
        })?;
        let phone = (0..400).map(|_| dice.below(10_000)).find(|number| self.phones.insert(*number))?;
        let given = soul.given.iter().map(|name| Name::new(name)).collect::<Result<Vec<_>, _>>().ok()?;
        let first_given = given.first()?.clone();
        let wanted = login(first_given.as_str(), soul.used.as_deref().unwrap_or(&soul.family));
        let login = (1..100)
            .map(|number| if number == 1 { wanted.clone() } else { format!("{wanted}{number}") })
            .find(|login| self.logins.insert(login.clone()))?;
        Some(Patient {
            slug: format!("citizen-{:03}", who + 1),
            identity: QualifiedIdentity {
                ins,
                traits: Traits {
                    birth_name: Name::new(&soul.family).ok()?,
                    first_given,
                    given_names: given,
                    used_name: soul.used.as_deref().and_then(|name| Name::new(name).ok()),
                    used_given: None,
                    birth_date: soul.born,
                    sex: soul.sex,
                    birth_place: BirthPlace::new(place.0).ok()?,
                },
            },
            birth_city: place.1,
            email: format!("{login}@example.org"),
            phone: format!("+3363998{phone:04}"),
            login,
            password: names::password(dice),
            record: WishedRecord::Open,
        })
    }
}

fn login(given: &str, family: &str) -> String {
    let plain = |text: &str| model::person::normalise(text).to_lowercase().replace(' ', "-");
    format!("{}.{}", plain(given), plain(family))
}
