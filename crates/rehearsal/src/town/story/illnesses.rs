//! What an illness brings: follow-up, series of results, stays, operations.

use jiff::ToSpan;
use model::Visibility;

use super::{Story, What};
use crate::town::ills::Ill;
use crate::town::labs::{self, Course};
use crate::town::scripts::{cancers, certificates, chronic, hospital, imaging, professions, stays, visits};

impl Story<'_> {
    pub(super) fn lasting(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Hypertension) {
            for day in self.every(self.dice.between(300, 1700), 400) {
                self.script(day, doctor, &chronic::PRESSURE);
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
            self.script(self.ago(self.dice.between(300, 1700)), doctor, &certificates::LONG_ILLNESS);
            self.script(self.ago(self.dice.between(10, 300)), doctor, &certificates::LABORATORY_ORDER);
        }
    }

    pub(super) fn heart_and_sugar(&mut self) {
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
                self.script(day, doctor, &chronic::DIABETES);
            }
            for day in self.every(self.dice.between(200, 1300), 420) {
                self.script(day, "diabetologist-1", &chronic::DIABETOLOGIST);
                self.script(day.saturating_add(40.days()), "ophthalmologist-1", &chronic::EYES);
            }
            if self.dice.chance(50) {
                self.script(self.ago(self.dice.between(60, 900)), "dietitian-1", &professions::DIET);
            }
            if self.dice.chance(50) {
                self.script(self.ago(self.dice.between(60, 900)), "podiatrist-1", &professions::FEET);
            }
        }
        if self.life.has(Ill::HeartFailure) {
            let first = self.dice.between(800, 1700);
            for day in self.every(first, 210) {
                self.script(day, "doctor-10", &chronic::HEART);
            }
            for day in self.every(first - 30, 420) {
                self.script(day, "doctor-10", &imaging::HEART_ECHO);
            }
            for day in self.every(first + 12, 800) {
                self.stay(day, "hospital-cardiologist-1", &stays::HEART);
                self.script(day.saturating_sub(5.days()), "hospital-cardiologist-1", &hospital::CONCILIATION);
                self.script(day.saturating_add(30.days()), "nurse-3", &professions::NURSE);
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
                self.script(day, pharmacist, &professions::PHARMACY_TALK);
            }
        }
    }

    pub(super) fn electrocardiograms(&mut self) {
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

    pub(super) fn lungs(&mut self) {
        if self.life.has(Ill::Asthma) {
            for day in self.every(self.dice.between(400, 1700), 365) {
                self.script(day, "pulmonologist-1", &chronic::ASTHMA);
            }
            if self.dice.chance(50) {
                self.script(self.some_day(), "emergency-1", &hospital::EMERGENCY_ASTHMA);
            }
        }
        if self.life.has(Ill::Copd) {
            for day in self.every(self.dice.between(400, 1700), 330) {
                self.script(day, "pulmonologist-1", &chronic::LUNGS);
            }
            self.script(self.some_day(), "radiologist-1", &imaging::CHEST);
            let days = self.every(self.dice.between(400, 1500), 400);
            let courses = [Course(&labs::CRP, 9, 0, 8), Course(&labs::WHITE, 82, 0, 22)];
            self.labs("Numération et CRP", &days, &courses);
            if self.dice.chance(60) {
                self.stay(self.some_day(), "internist-1", &stays::LUNGS);
            }
        }
    }

    pub(super) fn cancers(&mut self) {
        if self.life.has(Ill::BreastCancer) {
            let found = self.dice.between(500, 1650);
            let announced = self.ago(found);
            self.script(announced, "oncologist-1", &cancers::PATHOLOGY_BREAST);
            self.script(announced.saturating_add(8.days()), "oncologist-1", &cancers::BREAST_MEETING);
            self.script(announced.saturating_add(15.days()), "oncologist-1", &cancers::CANCER_PLAN);
            for day in self.every(found - 180, 185) {
                self.script(day, "oncologist-1", &cancers::ONCOLOGY);
            }
            for day in self.every(found - 360, 365) {
                self.script(day, "radiologist-1", &imaging::MAMMOGRAM);
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
            self.script(announced, "oncologist-1", &cancers::PATHOLOGY_COLON);
            self.script(announced.saturating_add(9.days()), "oncologist-1", &cancers::COLON_MEETING);
            self.script(announced.saturating_add(16.days()), "oncologist-1", &cancers::CANCER_PLAN);
            for cure in 0..4 {
                let day = announced.saturating_add((40 + 21 * cure).days());
                self.script(day, "oncologist-1", &cancers::CHEMOTHERAPY);
            }
            for day in self.every(found - 180, 185) {
                self.script(day, "oncologist-1", &cancers::ONCOLOGY);
                self.script(day.saturating_sub(6.days()), "radiologist-1", &imaging::SCANNER);
            }
            self.script(announced.saturating_add(370.days()), "gastroenterologist-1", &imaging::COLONOSCOPY);
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
            self.script(self.ago(found), "oncologist-1", &cancers::PROSTATE_MEETING);
            self.labs("PSA", &self.every(found + 60, 180), &[Course(&labs::PSA, 820, -70, 40)]);
            for day in self.every(found - 180, 365) {
                self.script(day, "oncologist-1", &cancers::ONCOLOGY);
            }
        }
    }

    pub(super) fn bones(&mut self) {
        let doctor = self.life.doctor;
        if self.life.has(Ill::Fracture) {
            let day = self.some_day();
            self.script(day, "emergency-1", &hospital::EMERGENCY_FALL);
            self.script(day.saturating_add(8.days()), "radiologist-1", &imaging::WRIST);
            self.script(day.saturating_add(42.days()), doctor, &certificates::CARE_BY_PHYSIO);
            self.script(day.saturating_add(100.days()), "physio-1", &professions::PHYSIO);
        }
        if self.life.has(Ill::Hip) {
            let day = self.ago(self.dice.between(120, 1700));
            self.script(day.saturating_sub(7.days()), "surgeon-1", &hospital::HIP_OPERATION);
            self.stay(day, "surgeon-1", &stays::HIP);
            self.script(day.saturating_add(42.days()), "radiologist-1", &imaging::HIP);
            self.script(day.saturating_add(12.days()), doctor, &certificates::CARE_BY_PHYSIO);
            self.script(day.saturating_add(14.days()), doctor, &certificates::CARE_BY_NURSE);
            self.script(day.saturating_add(90.days()), "physio-1", &professions::PHYSIO);
        }
        if self.life.has(Ill::Knee) {
            let day = self.ago(self.dice.between(120, 1500));
            self.script(day.saturating_sub(120.days()), "radiologist-1", &imaging::KNEE);
            self.script(day.saturating_sub(20.days()), "anaesthetist-1", &hospital::ANAESTHESIA);
            self.script(day, "surgeon-1", &hospital::KNEE_OPERATION);
            self.script(day.saturating_add(60.days()), "physio-1", &professions::PHYSIO);
        }
        if self.life.has(Ill::Cataract) {
            let day = self.ago(self.dice.between(60, 1500));
            self.script(day.saturating_sub(60.days()), "ophthalmologist-1", &chronic::EYES);
            self.script(day, "ophthalmologist-1", &hospital::CATARACT_OPERATION);
        }
        if self.life.has(Ill::Appendix) {
            self.script(self.some_day(), "general-surgeon-1", &hospital::APPENDIX_OPERATION);
        }
    }
}
