//! What every life brings by its age: childhood, ordinary visits, births, vaccines, old age.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Story, What};
use crate::town::ills::Ill;
use crate::town::labs::{self, Course};
use crate::town::scripts::{
    Script, care_home, certificates, chronic, hospital, imaging, professions, stays, visits,
};

impl Story<'_> {
    pub(super) fn childhood(&mut self) {
        let age = self.life.age_on(self.today);
        if age >= 16 {
            return;
        }
        let born = self.life.born;
        let doctor = self.life.doctor;
        self.script(born.saturating_add(8.days()), "obstetrician-1", &certificates::MONTH_8_DAYS);
        self.script(born.saturating_add(9.months()).saturating_add(5.days()), doctor, &certificates::MONTH_9);
        self.script(
            born.saturating_add(24.months()).saturating_add(3.days()),
            doctor,
            &certificates::MONTH_24,
        );
        for years in [3, 4, 6, 8, 11, 13, 15] {
            let day = born.saturating_add((years * 12 + 1).months());
            self.script(day, doctor, &certificates::CHILD);
        }
        for _ in 0..if self.life.quiet { 0 } else { self.dice.between(0, 3) } {
            self.script(self.some_day(), doctor, &visits::CHILD_ILL);
        }
        if self.dice.chance(18) {
            self.script(self.some_day(), "emergency-1", &hospital::EMERGENCY_CHILD);
        }
        if age >= 5 && self.dice.chance(45) {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &certificates::SPORT);
        }
        if age >= 5 && self.dice.chance(20) {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &certificates::ABSENCE);
        }
        if self.life.has(Ill::Language) {
            self.script(self.ago(self.dice.between(60, 400)), "speech-therapist-1", &professions::SPEECH);
        }
    }

    pub(super) fn ordinary(&mut self) {
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
                0 => &chronic::BREATH,
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
            self.script(self.some_day(), doctor, &certificates::WORK_STOP);
        }
        if (16..45).contains(&age) && self.dice.chance(20) {
            self.script(self.some_day(), doctor, &certificates::SPORT);
        }
        if self.dice.chance(22) {
            self.script(self.some_day(), "dentist-1", &visits::TEETH);
        }
        if self.dice.chance(10) {
            self.script(self.some_day(), "dermatologist-1", &visits::SKIN);
        }
        if self.dice.chance(8) {
            self.script(self.some_day(), "radiologist-1", &imaging::ABDOMEN);
        }
        if self.dice.chance(6) {
            self.script(self.some_day(), "radiologist-1", &imaging::CHEST);
        }
        if self.dice.chance(6) {
            self.script(self.some_day(), "radiologist-1", &imaging::LEG_VEINS);
        }
        if self.life.sex == model::Sex::Female && (50..75).contains(&age) && !self.life.has(Ill::BreastCancer)
        {
            for day in self.every(self.dice.between(200, 1500), 730) {
                self.script(day, "radiologist-1", &imaging::SCREENING);
            }
        }
    }

    pub(super) fn births(&mut self) {
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
                    &imaging::PREGNANCY_ECHO,
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

    pub(super) fn old_age(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Memory) && !self.life.care_home {
            for day in self.every(self.dice.between(300, 900), 200) {
                self.script(day, "doctor-9", &visits::MEMORY);
            }
        }
        if self.life.has(Ill::Memory) {
            self.script(self.ago(self.dice.between(300, 900)), "radiologist-1", &imaging::BRAIN);
            self.script(
                self.ago(self.dice.between(100, 280)),
                "speech-therapist-1",
                &professions::MEMORY_SPEECH,
            );
        }
        if self.life.care_home {
            let entered = i64::from((self.today - self.life.since).get_days());
            self.script(self.ago(entered), "nurse-2", &care_home::ADMISSION);
            self.script(self.ago(entered - 4), "nurse-2", &care_home::AUTONOMY);
            self.script(self.ago(entered - 40), "nurse-2", &care_home::CARE_PROJECT);
            for day in self.every(entered - 60, 150) {
                self.script(day, "doctor-9", &care_home::GERIATRICS);
            }
            for day in self.every(entered - 10, 365) {
                self.add(day, "doctor-9", What::Liaison);
            }
            if self.dice.chance(55) {
                let sent = self.ago(self.dice.between(20, 380));
                self.script(sent, "nurse-2", &care_home::TRANSFER);
                self.stay(sent.saturating_add(7.days()), "internist-1", &stays::LUNGS);
            }
        } else if self.life.age_on(self.today) >= 82 {
            self.script(self.ago(self.dice.between(20, 700)), doctor, &certificates::CARE_BY_NURSE);
            for day in self.every(self.dice.between(60, 500), 110) {
                self.script(day, "nurse-1", &professions::NURSE);
            }
            if self.dice.chance(40) {
                let pharmacist = self.life.pharmacy.1;
                self.script(self.ago(self.dice.between(30, 700)), pharmacist, &professions::MEDICINES_REVIEW);
            }
        }
    }

    pub(super) fn vaccines(&mut self) {
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
}
