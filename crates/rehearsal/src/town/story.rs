//! What happened to a person in the last five years, as the list of what was written of it. Stories follow
//! from age and illness; chance moves dates and tells the small things.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use model::{Instant, Visibility};

use super::drugs::{self, Drug};
use super::ills::Ill;
use super::labs::{self, Course, Measure};
use super::life::Life;
use super::scripts::hospital::{self, Stay};
use super::scripts::{Script, others, visits};
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

    fn childhood(&mut self) {
        let age = self.life.age_on(self.today);
        if age >= 16 {
            return;
        }
        let born = self.life.born;
        let doctor = self.life.doctor;
        self.script(born.saturating_add(8.days()), "obstetrician-1", &others::MONTH_8_DAYS);
        self.script(born.saturating_add(9.months()).saturating_add(5.days()), doctor, &others::MONTH_9);
        self.script(born.saturating_add(24.months()).saturating_add(3.days()), doctor, &others::MONTH_24);
        for years in [3, 4, 6, 8, 11, 13, 15] {
            let day = born.saturating_add((years * 12 + 1).months());
            self.script(day, doctor, &others::CHILD);
        }
        for _ in 0..if self.life.quiet { 0 } else { self.dice.between(0, 3) } {
            self.script(self.some_day(), doctor, &visits::CHILD_ILL);
        }
        if self.dice.chance(18) {
            self.script(self.some_day(), "emergency-1", &hospital::EMERGENCY_CHILD);
        }
        if age >= 5 && self.dice.chance(45) {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &others::SPORT);
        }
        if age >= 5 && self.dice.chance(20) {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &others::ABSENCE);
        }
        if self.life.has(Ill::Language) {
            self.script(self.ago(self.dice.between(60, 400)), "speech-therapist-1", &others::SPEECH);
        }
    }

    fn ordinary(&mut self) {
        let age = self.life.age_on(self.today);
        let doctor = self.life.doctor;
        if age < 16 {
            return;
        }
        // some are hardly ever seen
        let often =
            if self.life.attending.is_none() || self.life.quiet { 1 } else { self.dice.between(0, 3) };
        for _ in 0..often {
            let script: &'static Script = match self.dice.below(6) {
                0 => &visits::BREATH,
                1 => &visits::BACK,
                2 => &visits::STOMACH,
                3 => &visits::REMOTE,
                _ => &visits::CHECK_UP,
            };
            self.script(self.some_day(), doctor, script);
        }
        if self.life.quiet {
            return;
        }
        if often > 0 && self.dice.chance(40) {
            let days = self.every(self.dice.between(300, 1700), 540);
            let haemoglobin = if self.life.sex == model::Sex::Male { 149 } else { 133 };
            let base = [
                Course(&labs::HAEMOGLOBIN, haemoglobin, 0, 5),
                Course(&labs::WHITE, 64, 0, 12),
                Course(&labs::PLATELETS, 248, 0, 30),
                Course(&labs::GLUCOSE, 50, 0, 4),
                Course(&labs::LDL, 29, 0, 4),
                Course(&labs::CREATININE, 74, 0, 5),
                Course(&labs::ALAT, 24, 0, 7),
            ];
            self.labs("Bilan sanguin", &days, &base);
        }
        if (19..64).contains(&age) && self.dice.chance(28) {
            self.script(self.some_day(), doctor, &others::WORK_STOP);
        }
        if (16..45).contains(&age) && self.dice.chance(20) {
            self.script(self.some_day(), doctor, &others::SPORT);
        }
        if self.dice.chance(22) {
            self.script(self.some_day(), "dentist-1", &visits::TEETH);
        }
        if self.dice.chance(10) {
            self.script(self.some_day(), "dermatologist-1", &visits::SKIN);
        }
        if self.dice.chance(8) {
            self.script(self.some_day(), "radiologist-1", &others::ABDOMEN);
        }
        if self.dice.chance(6) {
            self.script(self.some_day(), "radiologist-1", &others::CHEST);
        }
        if self.dice.chance(6) {
            self.script(self.some_day(), "radiologist-1", &others::LEG_VEINS);
        }
        if self.life.sex == model::Sex::Female && (50..75).contains(&age) && !self.life.has(Ill::BreastCancer)
        {
            for day in self.every(self.dice.between(200, 1500), 730) {
                self.script(day, "radiologist-1", &others::SCREENING);
            }
        }
    }

    fn lasting(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Hypertension) {
            for day in self.every(self.dice.between(300, 1700), 400) {
                self.script(day, doctor, &visits::PRESSURE);
            }
        }
        if self.life.has(Ill::Kidneys) || (self.life.has(Ill::Hypertension) && !self.life.has(Ill::Diabetes))
        {
            let ill = self.life.has(Ill::Kidneys);
            let (start, drift, filtration) = if ill { (118, 4, 52) } else { (78, 0, 82) };
            let days = self.every(self.dice.between(900, 1780), if ill { 170 } else { 400 });
            let courses = [
                Course(&labs::CREATININE, start, drift, 5),
                Course(&labs::FILTRATION, filtration, -i64::from(ill), 3),
                Course(&labs::SODIUM, 140, 0, 3),
                Course(&labs::POTASSIUM, 44, 0, 4),
                Course(&labs::HAEMOGLOBIN, if ill { 118 } else { 136 }, 0, 5),
            ];
            self.labs(if ill { "Fonction rénale" } else { "Ionogramme et créatinine" }, &days, &courses);
        }
        if self.life.has(Ill::Thyroid) {
            let days = self.every(self.dice.between(700, 1780), 330);
            self.labs("TSH", &days, &[Course(&labs::TSH, 260, 0, 150)]);
        }
        if self.life.has(Ill::Anaemia) {
            let days = self.every(self.dice.between(200, 420), 100);
            let courses = [
                Course(&labs::HAEMOGLOBIN, 98, 9, 3),
                Course(&labs::VOLUME, 74, 3, 2),
                Course(&labs::FERRITIN, 6, 9, 2),
            ];
            self.labs("Numération et ferritine", &days, &courses);
        }
        if self.life.has(Ill::Depression) {
            // what a patient asks to be masked
            let masked = Visibility { masked: self.dice.chance(45), ..Visibility::default() };
            for day in self.every(self.dice.between(150, 400), 85) {
                self.add_seen(day, doctor, What::Script(&visits::MOOD, 0, 0), masked);
            }
        }
        let serious =
            [Ill::Diabetes, Ill::HeartFailure, Ill::BreastCancer, Ill::ColonCancer, Ill::ProstateCancer];
        if serious.iter().any(|ill| self.life.has(*ill)) && self.life.attending.is_some() {
            self.script(self.ago(self.dice.between(300, 1700)), doctor, &others::LONG_ILLNESS);
            self.script(self.ago(self.dice.between(10, 300)), doctor, &others::LABORATORY_ORDER);
        }
    }

    fn heart_and_sugar(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Diabetes) {
            let first = self.dice.between(1100, 1790);
            let days = self.every(first, 115);
            let courses = [
                Course(&labs::HBA1C, self.dice.between(66, 84), -i64::from(self.dice.chance(30)), 5),
                Course(&labs::GLUCOSE, self.dice.between(68, 88), 0, 11),
                Course(&labs::CREATININE, self.dice.between(72, 94), i64::from(self.dice.chance(60)), 5),
                Course(&labs::FILTRATION, 84, -1, 3),
                Course(&labs::ALBUMINURIA, self.dice.between(11, 40), 1, 9),
                Course(&labs::LDL, 25, 0, 5),
            ];
            self.labs("Bilan du diabète", &days, &courses);
            for day in self.every(first - 9, 300) {
                self.script(day, doctor, &visits::DIABETES);
            }
            for day in self.every(self.dice.between(200, 1300), 420) {
                self.script(day, "diabetologist-1", &visits::DIABETOLOGIST);
                self.script(day.saturating_add(40.days()), "ophthalmologist-1", &visits::EYES);
            }
            if self.dice.chance(50) {
                self.script(self.ago(self.dice.between(60, 900)), "dietitian-1", &others::DIET);
            }
            if self.dice.chance(50) {
                self.script(self.ago(self.dice.between(60, 900)), "podiatrist-1", &others::FEET);
            }
        }
        if self.life.has(Ill::HeartFailure) {
            let first = self.dice.between(800, 1700);
            for day in self.every(first, 210) {
                self.script(day, "doctor-10", &visits::HEART);
            }
            for day in self.every(first - 30, 420) {
                self.script(day, "doctor-10", &others::HEART_ECHO);
            }
            for day in self.every(first + 12, 800) {
                self.stay(day, "hospital-cardiologist-1", &hospital::HEART);
                self.script(day.saturating_sub(5.days()), "hospital-cardiologist-1", &hospital::CONCILIATION);
                self.script(day.saturating_add(30.days()), "nurse-3", &others::NURSE);
            }
            let days = self.every(first - 3, 130);
            let courses = [
                Course(&labs::BNP, self.dice.between(900, 1900), 25, 260),
                Course(&labs::CREATININE, 96, 2, 8),
                Course(&labs::SODIUM, 138, 0, 3),
                Course(&labs::POTASSIUM, 46, 0, 5),
                Course(&labs::HAEMOGLOBIN, 126, 0, 6),
            ];
            self.labs("Bilan d'insuffisance cardiaque", &days, &courses);
        }
        if self.life.has(Ill::Fibrillation) {
            let days = self.every(self.dice.between(420, 1000), 28);
            self.labs("INR", &days, &[Course(&labs::INR, 25, 0, 8)]);
            for day in self.every(self.dice.between(300, 900), 365) {
                let pharmacist = self.life.pharmacy.1;
                self.script(day, pharmacist, &others::PHARMACY_TALK);
            }
        }
    }

    fn electrocardiograms(&mut self) {
        let fibrillation = self.life.has(Ill::Fibrillation);
        let often = if fibrillation || self.life.has(Ill::HeartFailure) {
            400
        } else if self.life.has(Ill::Hypertension) {
            1100
        } else {
            return;
        };
        for day in self.every(self.dice.between(300, 1200), often) {
            self.add(day, "doctor-10", What::Electrocardiogram(fibrillation));
        }
    }

    fn lungs(&mut self) {
        if self.life.has(Ill::Asthma) {
            for day in self.every(self.dice.between(400, 1700), 365) {
                self.script(day, "pulmonologist-1", &visits::ASTHMA);
            }
            if self.dice.chance(50) {
                self.script(self.some_day(), "emergency-1", &hospital::EMERGENCY_ASTHMA);
            }
        }
        if self.life.has(Ill::Copd) {
            for day in self.every(self.dice.between(400, 1700), 330) {
                self.script(day, "pulmonologist-1", &visits::LUNGS);
            }
            self.script(self.some_day(), "radiologist-1", &others::CHEST);
            let days = self.every(self.dice.between(400, 1500), 400);
            let courses = [Course(&labs::CRP, 9, 0, 8), Course(&labs::WHITE, 82, 0, 22)];
            self.labs("Numération et CRP", &days, &courses);
            if self.dice.chance(60) {
                self.stay(self.some_day(), "internist-1", &hospital::LUNGS);
            }
        }
    }

    fn cancers(&mut self) {
        if self.life.has(Ill::BreastCancer) {
            let found = self.dice.between(500, 1650);
            let announced = self.ago(found);
            self.script(announced, "oncologist-1", &hospital::PATHOLOGY_BREAST);
            self.script(announced.saturating_add(8.days()), "oncologist-1", &hospital::BREAST_MEETING);
            self.script(announced.saturating_add(15.days()), "oncologist-1", &hospital::CANCER_PLAN);
            for day in self.every(found - 180, 185) {
                self.script(day, "oncologist-1", &hospital::ONCOLOGY);
            }
            for day in self.every(found - 360, 365) {
                self.script(day, "radiologist-1", &others::MAMMOGRAM);
            }
            let days = self.every(found - 170, 185);
            self.labs(
                "CA 15-3 et numération",
                &days,
                &[
                    Course(&labs::CA153, 18, 0, 4),
                    Course(&labs::HAEMOGLOBIN, 124, 1, 4),
                    Course(&labs::WHITE, 52, 1, 9),
                ],
            );
        }
        if self.life.has(Ill::ColonCancer) {
            let found = self.dice.between(500, 1650);
            let announced = self.ago(found);
            self.script(announced, "oncologist-1", &hospital::PATHOLOGY_COLON);
            self.script(announced.saturating_add(9.days()), "oncologist-1", &hospital::COLON_MEETING);
            self.script(announced.saturating_add(16.days()), "oncologist-1", &hospital::CANCER_PLAN);
            for cure in 0..4 {
                let day = announced.saturating_add((40 + 21 * cure).days());
                self.script(day, "oncologist-1", &hospital::CHEMOTHERAPY);
            }
            for day in self.every(found - 180, 185) {
                self.script(day, "oncologist-1", &hospital::ONCOLOGY);
                self.script(day.saturating_sub(6.days()), "radiologist-1", &others::SCANNER);
            }
            self.script(announced.saturating_add(370.days()), "gastroenterologist-1", &others::COLONOSCOPY);
            let days = self.every(found - 90, 95);
            self.labs(
                "ACE et numération",
                &days,
                &[
                    Course(&labs::CEA, 24, 0, 6),
                    Course(&labs::HAEMOGLOBIN, 118, 2, 4),
                    Course(&labs::PLATELETS, 228, 0, 30),
                ],
            );
        }
        if self.life.has(Ill::ProstateCancer) {
            let found = self.dice.between(500, 1650);
            self.script(self.ago(found), "oncologist-1", &hospital::PROSTATE_MEETING);
            self.labs("PSA", &self.every(found + 60, 180), &[Course(&labs::PSA, 820, -70, 40)]);
            for day in self.every(found - 180, 365) {
                self.script(day, "oncologist-1", &hospital::ONCOLOGY);
            }
        }
    }

    fn bones(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Fracture) {
            let day = self.some_day();
            self.script(day, "emergency-1", &hospital::EMERGENCY_FALL);
            self.script(day.saturating_add(8.days()), "radiologist-1", &others::WRIST);
            self.script(day.saturating_add(42.days()), doctor, &others::CARE_BY_PHYSIO);
            self.script(day.saturating_add(100.days()), "physio-1", &others::PHYSIO);
        }
        if self.life.has(Ill::Hip) {
            let day = self.ago(self.dice.between(120, 1700));
            self.script(day.saturating_sub(7.days()), "surgeon-1", &hospital::HIP_OPERATION);
            self.stay(day, "surgeon-1", &hospital::HIP);
            self.script(day.saturating_add(42.days()), "radiologist-1", &others::HIP);
            self.script(day.saturating_add(12.days()), doctor, &others::CARE_BY_PHYSIO);
            self.script(day.saturating_add(14.days()), doctor, &others::CARE_BY_NURSE);
            self.script(day.saturating_add(90.days()), "physio-1", &others::PHYSIO);
        }
        if self.life.has(Ill::Knee) {
            let day = self.ago(self.dice.between(120, 1500));
            self.script(day.saturating_sub(120.days()), "radiologist-1", &others::KNEE);
            self.script(day.saturating_sub(20.days()), "anaesthetist-1", &hospital::ANAESTHESIA);
            self.script(day, "surgeon-1", &hospital::KNEE_OPERATION);
            self.script(day.saturating_add(60.days()), "physio-1", &others::PHYSIO);
        }
        if self.life.has(Ill::Cataract) {
            let day = self.ago(self.dice.between(60, 1500));
            self.script(day.saturating_sub(60.days()), "ophthalmologist-1", &visits::EYES);
            self.script(day, "ophthalmologist-1", &hospital::CATARACT_OPERATION);
        }
        if self.life.has(Ill::Appendix) {
            self.script(self.some_day(), "general-surgeon-1", &hospital::APPENDIX_OPERATION);
        }
    }

    fn births(&mut self) {
        let mut terms: Vec<Date> = self.life.children.clone();
        if self.life.has(Ill::Expecting) {
            terms.push(self.today.saturating_add(self.dice.between(20, 190).days()));
        }
        for term in terms {
            let began = term.saturating_sub(270.days());
            for month in [3, 4, 5, 6, 7, 8] {
                let day = began.saturating_add((month * 30 + self.dice.between(-4, 4)).days());
                self.script(day, "midwife-1", &visits::PREGNANCY);
            }
            for week in [11, 21, 31] {
                self.script(
                    began.saturating_add((week * 7).days()),
                    "obstetrician-1",
                    &others::PREGNANCY_ECHO,
                );
            }
            let days: Vec<_> = [70, 160, 230].map(|it| began.saturating_add(it.days())).to_vec();
            self.labs(
                "Bilan de grossesse",
                &days,
                &[
                    Course(&labs::HAEMOGLOBIN, 124, -6, 3),
                    Course(&labs::PLATELETS, 236, -8, 20),
                    Course(&labs::GLUCOSE, 45, 0, 4),
                    Course(&labs::TSH, 180, 0, 60),
                ],
            );
            self.script(term, "obstetrician-1", &hospital::DELIVERY);
            self.add(
                term.saturating_add(4.days()),
                "obstetrician-1",
                What::Script(&hospital::MATERNITY, 4, 0),
            );
        }
    }

    fn old_age(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Memory) && !self.life.care_home {
            for day in self.every(self.dice.between(300, 900), 200) {
                self.script(day, "doctor-9", &visits::MEMORY);
            }
        }
        if self.life.has(Ill::Memory) {
            self.script(self.ago(self.dice.between(300, 900)), "radiologist-1", &others::BRAIN);
            self.script(self.ago(self.dice.between(100, 280)), "speech-therapist-1", &others::MEMORY_SPEECH);
        }
        if self.life.care_home {
            let entered = i64::from((self.today - self.life.since).get_days());
            self.script(self.ago(entered), "nurse-2", &others::ADMISSION);
            self.script(self.ago(entered - 4), "nurse-2", &others::AUTONOMY);
            self.script(self.ago(entered - 40), "nurse-2", &others::CARE_PROJECT);
            for day in self.every(entered - 60, 150) {
                self.script(day, "doctor-9", &others::GERIATRICS);
            }
            for day in self.every(entered - 10, 365) {
                self.add(day, "doctor-9", What::Liaison);
            }
            if self.dice.chance(55) {
                let sent = self.ago(self.dice.between(20, 380));
                self.script(sent, "nurse-2", &others::TRANSFER);
                self.stay(sent.saturating_add(7.days()), "internist-1", &hospital::LUNGS);
            }
        } else if self.life.age_on(self.today) >= 82 {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &others::CARE_BY_NURSE);
            for day in self.every(self.dice.between(60, 500), 110) {
                self.script(day, "nurse-1", &others::NURSE);
            }
            if self.dice.chance(40) {
                let pharmacist = self.life.pharmacy.1;
                self.script(self.ago(self.dice.between(30, 700)), pharmacist, &others::MEDICINES_REVIEW);
            }
        }
    }

    fn vaccines(&mut self) {
        let (born, doctor, pharmacist) = (self.life.born, self.life.doctor, self.life.pharmacy.1);
        let age = self.life.age_on(self.today);
        let mut doses: Vec<(Date, &'static str, &'static str, &'static str)> = Vec::new();
        let mut child = |months: i64, vaccine, dose| {
            let day = born.saturating_add(months.months()).saturating_add(self.dice.between(2, 20).days());
            doses.push((day, doctor, vaccine, dose));
        };
        const SIX: &str = "Diphtérie, tétanos, coqueluche, polio, Hib, hépatite B";
        const MMR: &str = "Rougeole, oreillons, rubéole";
        for (months, vaccine, dose) in [
            (2, SIX, "1re dose"),
            (4, SIX, "2e dose"),
            (5, "Méningocoques ACWY", "1re dose"),
            (11, SIX, "rappel"),
            (12, MMR, "1re dose"),
            (17, MMR, "2e dose"),
            (72, "Diphtérie, tétanos, coqueluche, polio", "rappel de 6 ans"),
            (142, "Diphtérie, tétanos, coqueluche, polio", "rappel de 11-13 ans"),
            (146, "Papillomavirus", "1re dose"),
            (153, "Papillomavirus", "2e dose"),
        ] {
            child(months, vaccine, dose);
        }
        for years in [25, 45, 65, 75] {
            child(years * 12, "Diphtérie, tétanos, polio", "rappel");
        }
        if (age >= 65 && !self.life.quiet) || self.life.has(Ill::Diabetes) || self.life.has(Ill::Asthma) {
            for back in 0..5_i16 {
                if let Ok(day) = Date::new(self.today.year() - back, 10, 18)
                    && self.dice.chance(36)
                {
                    let day = day.saturating_add(self.dice.between(0, 30).days());
                    doses.push((day, pharmacist, "Grippe saisonnière", "dose annuelle"));
                }
            }
        }
        if age >= 66 && self.dice.chance(50) {
            doses.push((self.some_day(), doctor, "Pneumocoque 20-valent", "dose unique"));
        }
        doses.sort();
        for (day, by, vaccine, dose) in &doses {
            self.add(*day, by, What::Vaccine(vaccine, dose));
        }
        if age < 20 || self.dice.chance(12) {
            let day = self.ago(self.dice.between(5, 200));
            let so_far: Vec<_> = doses
                .iter()
                .filter(|dose| dose.0 < day)
                .map(|(day, _, vaccine, dose)| (*day, *vaccine, *dose))
                .collect();
            if so_far.len() >= 3 {
                self.add(day, doctor, What::VaccineHistory(so_far));
            }
        }
    }

    fn treatments(&mut self) {
        let (doctor, pharmacist) = (self.life.doctor, self.life.pharmacy.1);
        let child = self.life.age_on(self.today) < 16;
        let lasting: Vec<Drug> =
            self.life.ills.iter().flat_map(|ill| drugs::lasting(*ill)).copied().collect();
        if !lasting.is_empty() {
            for day in self.every(self.dice.between(200, 1000), 260) {
                self.add(day, doctor, What::Prescription(lasting.clone()));
                for month in [1, 31] {
                    if self.dice.chance(40) {
                        let day = day.saturating_add(month.days());
                        self.add(day, pharmacist, What::Dispensation(lasting.clone()));
                    }
                }
            }
        }
        let (least, most) = if self.life.quiet {
            (0, 0)
        } else if self.life.attending.is_none() {
            (0, 1)
        } else {
            (0, 2)
        };
        for _ in 0..self.dice.between(least, most) {
            let drugs = drugs::passing(self.dice, child);
            let day = self.some_day();
            self.add(day, doctor, What::Prescription(drugs.clone()));
            if self.dice.chance(60) {
                self.add(day.saturating_add(1.days()), pharmacist, What::Dispensation(drugs));
            }
        }
    }

    /// The attending doctor's own, once a year, for those who have something to sum up.
    fn summaries(&mut self) {
        let Some(doctor) = self.life.attending else { return };
        let lasting = self.life.ills.iter().filter(|ill| drugs::problem(**ill).is_some()).count();
        if lasting > 0 && doctor != "doctor-8" {
            for day in self.every(self.dice.between(40, 600), 365) {
                self.add(day, doctor, What::Summary);
            }
        }
    }

    /// One document for each past year in which something was paid back.
    fn reimbursements(&mut self) {
        if !self.dice.chance(40) {
            return;
        }
        let year = self.today.year();
        for of in [year - 2, year - 1] {
            let mut lines: Vec<_> =
                self.events.iter().filter_map(paid).filter(|it| it.0.year() == of).collect();
            lines.sort();
            if let (false, Ok(day)) = (lines.is_empty(), Date::new(of + 1, 1, 20)) {
                self.add(day, "payer-1", What::Reimbursed(of, lines));
            }
        }
    }
}

/// What the fund paid back for it.
fn paid(event: &Event) -> Option<(Date, &'static str, i64)> {
    let (label, cents) = match &event.what {
        What::Script(script, ..) if script.kind == "11488-4" => ("Consultation", 2100),
        What::Script(script, ..) if script.kind == "18748-4" => ("Imagerie", 4620),
        What::Script(script, ..) if script.kind == "11506-3" => ("Soins d'auxiliaire médical", 1260),
        What::Labs(..) => ("Analyses de laboratoire", 1890),
        What::Dispensation(drugs) => ("Pharmacie", 640 * i64::try_from(drugs.len()).unwrap_or(1)),
        What::Vaccine(..) => ("Vaccin", 750),
        What::Electrocardiogram(_) => ("Acte de cardiologie", 990),
        _ => return None,
    };
    Some((event.at.in_paris().date(), label, cents))
}
