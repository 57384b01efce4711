//! Households: who lives with whom, who is whose child. Ages follow from the kind of home, names from the
//! family, and some parents turn out to be the children of the town's elders.

use jiff::ToSpan;
use jiff::civil::Date;
use model::Sex;

use super::names;
use super::staff::TOWNS;
use crate::chance::SeededDice;

/// One person, before they have a number.
pub(super) struct Soul {
    pub home: usize,
    /// Place in [`TOWNS`].
    pub town: usize,
    pub family: String,
    pub given: Vec<&'static str>,
    pub used: Option<String>,
    pub sex: Sex,
    pub born: Date,
    /// Places of other souls.
    pub parents: Vec<usize>,
    pub partner: Option<usize>,
    pub care_home: bool,
}

impl Soul {
    /// Whole years on that day.
    pub(super) fn age(&self, day: Date) -> i64 {
        let whole = i64::from(day.year()) - i64::from(self.born.year());
        let before_birthday = (day.month(), day.day()) < (self.born.month(), self.born.day());
        whole - i64::from(before_birthday)
    }
}

#[derive(Clone, Copy)]
enum Home {
    /// Two parents with children, the youngest at most this old.
    Parents(i64),
    OneParent,
    YoungCouple,
    Alone,
    OldCouple,
    Elder,
    Residence,
}

/// So that every age is met in the smallest town.
const ALWAYS: &[Home] = &[
    Home::OldCouple,
    Home::OldCouple,
    Home::Residence,
    Home::OldCouple,
    Home::Parents(0),
    Home::Parents(3),
    Home::Residence,
    Home::Elder,
    Home::YoungCouple,
    Home::Parents(12),
    Home::OneParent,
    Home::Residence,
    Home::Alone,
    Home::OldCouple,
    Home::Elder,
    Home::Residence,
];

/// `size` people or a few more, so that no home is cut in two.
pub(super) fn souls(dice: &SeededDice, size: usize, today: Date) -> Vec<Soul> {
    let mut settling = Settling { dice, today, souls: Vec::with_capacity(size), homes: 0 };
    while settling.souls.len() < size {
        let kind = match ALWAYS.get(settling.homes) {
            Some(kind) => *kind,
            None => match dice.below(100) {
                0..30 => Home::Parents(dice.between(0, 17)),
                30..40 => Home::OneParent,
                40..50 => Home::YoungCouple,
                50..66 => Home::Alone,
                66..84 => Home::OldCouple,
                84..95 => Home::Elder,
                _ => Home::Residence,
            },
        };
        settling.settle(kind);
    }
    settling.souls
}

struct Settling<'a> {
    dice: &'a SeededDice,
    today: Date,
    souls: Vec<Soul>,
    homes: usize,
}

impl Settling<'_> {
    fn settle(&mut self, kind: Home) {
        let town = if matches!(kind, Home::Residence) { 1 } else { self.homes % TOWNS.len() };
        match kind {
            Home::Parents(youngest) => {
                let mother_was = self.dice.between(24, 37);
                let (mother, father) = self.couple(town, mother_was + youngest, 45);
                self.children(town, &[mother, father], youngest, mother_was);
            }
            Home::OneParent => {
                let youngest = self.dice.between(1, 16);
                let was = self.dice.between(22, 35);
                let sex = if self.dice.chance(80) { Sex::Female } else { Sex::Male };
                let parent = self.grown(town, sex, youngest + was, 30);
                self.children(town, &[parent], youngest, was);
            }
            Home::YoungCouple => {
                self.couple(town, self.dice.between(21, 34), 20);
            }
            Home::Alone => {
                let sex = if self.dice.chance(50) { Sex::Female } else { Sex::Male };
                self.grown(town, sex, self.dice.between(18, 66), 20);
            }
            Home::OldCouple => {
                self.couple(town, self.dice.between(56, 83), 0);
            }
            Home::Elder => {
                let sex = if self.dice.chance(70) { Sex::Female } else { Sex::Male };
                let age = self.dice.between(71, 95);
                let elder = self.grown(town, sex, age, 0);
                self.widowed(elder);
            }
            Home::Residence => {
                let sex = if self.dice.chance(75) { Sex::Female } else { Sex::Male };
                let oldest = if self.homes == 2 { 103 } else { self.dice.between(82, 98) };
                let elder = self.grown(town, sex, oldest, 0);
                self.widowed(elder);
                if let Some(soul) = self.souls.get_mut(elder) {
                    soul.care_home = true;
                }
            }
        }
        self.homes += 1;
    }

    /// A woman of that age and a man somewhat older; true couples are of all kinds, but family names of the
    /// children are simpler this way.
    fn couple(&mut self, town: usize, age: i64, of_elders: u64) -> (usize, usize) {
        let his = (age + self.dice.between(-2, 5)).max(19);
        let her = self.grown(town, Sex::Female, age, of_elders);
        let him = self.grown(town, Sex::Male, his, of_elders / 2);
        let shares = self.dice.chance(if age > 55 { 80 } else { 30 });
        let name = self.souls.get(him).map(|soul| soul.family.clone());
        if let Some(soul) = self.souls.get_mut(her) {
            soul.partner = Some(him);
            soul.used = name.filter(|_| shares);
        }
        if let Some(soul) = self.souls.get_mut(him) {
            soul.partner = Some(her);
        }
        (her, him)
    }

    /// The youngest first, as many as a parent of that age at its birth may have.
    fn children(&mut self, town: usize, parents: &[usize], youngest: i64, parent_was: i64) {
        let room = ((parent_was - 20) / 4).clamp(0, 3);
        let mut age = youngest;
        for _ in 0..=self.dice.between(0, room) {
            if age > 19 {
                break;
            }
            let sex = if self.dice.chance(50) { Sex::Female } else { Sex::Male };
            let child = self.person(town, sex, age);
            let family = parents.last().and_then(|it| self.souls.get(*it)).map(|it| it.family.clone());
            if let (Some(soul), Some(family)) = (self.souls.get_mut(child), family) {
                soul.family = family;
                soul.parents = parents.to_vec();
            }
            age += self.dice.between(2, 4);
        }
    }

    /// A grown person; `of_elders` times in a hundred a child of a couple that lives in town.
    fn grown(&mut self, town: usize, sex: Sex, age: i64, of_elders: u64) -> usize {
        let place = self.person(town, sex, age);
        let father = self.souls.iter().enumerate().find(|(father, it)| {
            let gap = it.age(self.today) - age;
            let has = self.souls.iter().filter(|child| child.parents.contains(father)).count();
            it.sex == Sex::Male && it.partner.is_some() && (24..=38).contains(&gap) && has < 2
        });
        let found = father.map(|(father, it)| (father, it.partner, it.family.clone()));
        if let Some((father, mother, family)) = found.filter(|_| self.dice.chance(of_elders)) {
            let mother = mother.filter(|it| {
                self.souls.get(*it).is_some_and(|it| (18..=42).contains(&(it.age(self.today) - age)))
            });
            if let Some(soul) = self.souls.get_mut(place) {
                soul.family = family;
                soul.parents = mother.into_iter().chain([father]).collect();
            }
        }
        place
    }

    fn person(&mut self, town: usize, sex: Sex, age: i64) -> usize {
        let days = age * 36_525 / 100 + self.dice.between(5, 355);
        let born = self.today.saturating_sub(days.days());
        self.souls.push(Soul {
            home: self.homes,
            town,
            family: names::family(self.dice),
            given: names::given(self.dice, born.year(), sex),
            used: None,
            sex,
            born,
            parents: Vec::new(),
            partner: None,
            care_home: false,
        });
        self.souls.len() - 1
    }

    /// Most women of that age bear the name of a husband who is no more.
    fn widowed(&mut self, place: usize) {
        let (name, bears) = (names::family(self.dice), self.dice.chance(80));
        if let Some(soul) = self.souls.get_mut(place).filter(|it| it.sex == Sex::Female && bears) {
            soul.used = Some(name);
        }
    }
}
