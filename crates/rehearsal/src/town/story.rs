//! What happened to a person in the last five years, as the list of what was written of it. Stories follow
//! from age and illness; chance moves dates and tells the small things.

mod ages;
mod illnesses;
mod upkeep;

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use model::{Instant, Visibility};

use super::drugs::Drug;
use super::labs::{self, Course, Measure};
use super::life::Life;
use super::scripts::Script;
use super::scripts::stays::Stay;
use super::titles;
use crate::chance::SeededDice;

/// Something written, and by whom.
pub(super) struct Event {
    pub at: Instant,
    /// The author's slug.
    pub by: &'static str,
    pub what: What,
    pub visibility: Visibility,
}

pub(super) enum What {
    /// With the days of the stay it tells of and the days since its end, if there was one.
    Script(&'static Script, i64, i64),
    Labs(&'static str, Vec<Measure>),
    Prescription(Vec<Drug>),
    Dispensation(Vec<Drug>),
    /// Vaccine and dose.
    Vaccine(&'static str, &'static str),
    /// The doses so far.
    VaccineHistory(Vec<(Date, &'static str, &'static str)>),
    /// In sinus rhythm or not.
    Electrocardiogram(bool),
    /// VSM.
    Summary,
    /// DLU.
    Liaison,
    /// A year's reimbursements: what, when, cents.
    Reimbursed(i16, Vec<(Date, &'static str, i64)>),
}

/// Everything written about this life before `today`, the oldest first.
pub(super) fn events(life: &Life, dice: &SeededDice, today: Date) -> Vec<Event> {
    let mut story = Story { life, dice, today, events: Vec::new() };
    story.childhood();
    story.ordinary();
    story.lasting();
    story.heart_and_sugar();
    story.electrocardiograms();
    story.lungs();
    story.cancers();
    story.bones();
    story.births();
    story.old_age();
    story.vaccines();
    story.treatments();
    story.summaries();
    story.reimbursements();
    let mut events = story.events;
    events.sort_by_key(|event| event.at);
    // two documents of one name would be mistaken for one another
    let mut names = BTreeSet::new();
    events.retain(|event| names.insert(titles::title(event)));
    events
}

struct Story<'a> {
    life: &'a Life,
    dice: &'a SeededDice,
    today: Date,
    events: Vec<Event>,
}

impl Story<'_> {
    fn add(&mut self, day: Date, by: &'static str, what: What) {
        self.add_seen(day, by, what, Visibility::default());
    }

    /// Only what lies in the life, since the record began and before today was written.
    fn add_seen(&mut self, day: Date, by: &'static str, what: What, visibility: Visibility) {
        // practices and laboratories rest on Sundays
        let urgent = matches!(what, What::Script(script, ..) if matches!(script.kind, "15507-7" | "15508-5"));
        let rests = day.weekday() == Weekday::Sunday && !urgent;
        let day = if rests { day.saturating_add(1.days()) } else { day };
        if day >= self.today || day < self.life.since || day < self.life.born {
            return;
        }
        let last = if matches!(what, What::Labs(..)) { 11 } else { 18 };
        let (hour, minute) = (self.dice.between(8, last), self.dice.between(0, 59));
        let clock = SignedDuration::from_mins(hour * 60 + minute);
        let Ok(midnight) = day.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)) else {
            return;
        };
        let at = Instant::from_millis(midnight.timestamp().as_millisecond()).plus(clock);
        self.events.push(Event { at, by, what, visibility });
    }

    fn script(&mut self, day: Date, by: &'static str, script: &'static Script) {
        self.add(day, by, What::Script(script, 0, 0));
    }

    fn ago(&self, days: i64) -> Date {
        self.today.saturating_sub(days.days())
    }

    /// A day some time in the last years, at least a week ago.
    fn some_day(&self) -> Date {
        self.ago(self.dice.between(7, 1790))
    }

    /// Days from `first` days ago until now, about every `step` days.
    fn every(&self, first: i64, step: i64) -> Vec<Date> {
        let mut days = Vec::new();
        let mut ago = first;
        while ago > 2 {
            days.push(self.ago(ago));
            ago -= (step + self.dice.between(-step / 8, step / 8)).max(1);
        }
        days
    }

    fn labs(&mut self, title: &'static str, days: &[Date], courses: &[Course]) {
        let by = self.life.laboratory.1;
        for (day, measures) in days.iter().zip(labs::series(self.dice, days, courses)) {
            self.add(*day, by, What::Labs(title, measures));
        }
    }

    fn stay(&mut self, leaving: Date, by: &'static str, stay: &'static Stay) {
        let days = self.dice.between(stay.days.0, stay.days.1);
        self.add(leaving, by, What::Script(stay.letter, days, 0));
        let later = self.dice.between(2, 6);
        self.add(leaving.saturating_add(later.days()), by, What::Script(stay.report, days, later));
    }
}
