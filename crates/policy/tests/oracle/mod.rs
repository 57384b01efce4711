//! A second reading of the rules: decision tables (`tables.txt`), conditions with their own meaning
//! (`conditions.rs`) over cases in their own words (`world.rs`). Nothing here is shared with `policy`.

pub mod conditions;
pub mod drawn;
pub mod facts;
mod others;
mod people;
mod professionals;
pub mod world;

use std::collections::BTreeMap;

use model::Act;

use world::{Type, World};

/// What the provisional matrix gives nurses, of the types the oracle speaks of besides the report.
pub const NURSES_READ: [Type; 2] = [Type::Summary, Type::Holders];

/// Conditions that hold, one bit each.
#[derive(Clone, Copy, Default)]
struct Bits([u64; 4]);

impl Bits {
    fn set(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn has_all(&self, other: &Bits) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| mine & theirs == theirs)
    }

    fn has_none(&self, other: &Bits) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| mine & theirs == 0)
    }
}

/// One line: all of `with`, none of `without`.
#[derive(Clone, Copy, Default)]
struct Line {
    with: Bits,
    without: Bits,
}

impl Line {
    fn holds(&self, now: &Bits) -> bool {
        now.has_all(&self.with) && now.has_none(&self.without)
    }
}

#[derive(Default)]
struct OfAct {
    grants: Vec<Line>,
    barriers: Vec<Line>,
}

pub struct Tables {
    acts: Vec<OfAct>,
    principal_may: usize,
    assists: usize,
}

fn place_of(act: Act) -> usize {
    act as usize
}

impl Tables {
    pub fn read() -> Self {
        let names: Vec<&str> =
            conditions::conditions(&world::BASE).into_iter().map(|(name, _)| name).collect();
        let condition = |name: &str| {
            names.iter().position(|it| *it == name).unwrap_or_else(|| panic!("no condition {name:?}"))
        };
        assert!(names.len() <= 256 && names.is_sorted(), "{} conditions", names.len());
        let mut lists: BTreeMap<String, Vec<Act>> = [("all".to_owned(), Act::ALL.to_vec())].into();
        let mut acts: Vec<OfAct> = Act::ALL.iter().map(|_| OfAct::default()).collect();
        let mut used = vec![false; names.len()];
        let mut part = "";
        for line in include_str!("tables.txt").lines().map(str::trim) {
            match line {
                "" => continue,
                "LISTS" | "GRANTS" | "BARRIERS" => part = line,
                _ if line.starts_with('#') => continue,
                _ if part == "LISTS" => {
                    let (name, members) = line.split_once(' ').unwrap();
                    let members = these(&lists, members);
                    lists.insert(name.trim_start_matches('@').to_owned(), members);
                }
                _ => {
                    let (which, when) = line.split_once(':').unwrap();
                    let mut row = Line::default();
                    for word in when.split_whitespace() {
                        let name = word.trim_start_matches('!');
                        used[condition(name)] = true;
                        let side = if word.starts_with('!') { &mut row.without } else { &mut row.with };
                        side.set(condition(name));
                    }
                    for act in these(&lists, which) {
                        let of = &mut acts[place_of(act)];
                        let side = if part == "GRANTS" { &mut of.grants } else { &mut of.barriers };
                        side.push(row);
                    }
                }
            }
        }
        let idle: Vec<_> =
            names.iter().zip(&used).filter(|(_, used)| !**used).map(|(name, _)| name).collect();
        assert!(idle.is_empty(), "conditions no line asks: {idle:?}");
        Self { acts, principal_may: condition("principal_may"), assists: condition("assists") }
    }

    /// For each act asked, whether it is allowed.
    pub fn judge(&self, world: &World, acts: &[Act]) -> Vec<bool> {
        let mut now = Bits::default();
        for (place, (_, holds)) in conditions::conditions(world).into_iter().enumerate() {
            if holds {
                now.set(place);
            }
        }
        let assists = now.0[self.assists / 64] >> (self.assists % 64) & 1 == 1;
        let principal = assists.then(|| self.judge(&conditions::principal(world), acts));
        let verdict = |(place, act): (usize, &Act)| {
            let mut now = now;
            if principal.as_ref().is_some_and(|it| it[place]) {
                now.set(self.principal_may);
            }
            let of = &self.acts[place_of(*act)];
            of.grants.iter().any(|it| it.holds(&now)) && !of.barriers.iter().any(|it| it.holds(&now))
        };
        acts.iter().enumerate().map(verdict).collect()
    }
}

fn these(lists: &BTreeMap<String, Vec<Act>>, text: &str) -> Vec<Act> {
    let find = |name: &str| match name.strip_prefix('@') {
        Some(list) => lists.get(list).unwrap_or_else(|| panic!("no list {name:?}")).clone(),
        None => {
            let act = Act::ALL.into_iter().find(|act| act.to_string() == name);
            vec![act.unwrap_or_else(|| panic!("no act {name:?}"))]
        }
    };
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        match word.strip_prefix('-') {
            Some(less) => {
                let less = find(less);
                all.retain(|act| !less.contains(act));
            }
            None => all.extend(find(word)),
        }
    }
    all
}
