//! Laboratory results over years: each analyte has a code, a range and a way to drift.

use jiff::civil::Date;
use model::{Instant, Sex};

use crate::cda::{Observation, Section};
use crate::chance::SeededDice;

/// What is measured. Numbers are whole counts of the last decimal shown.
pub(super) struct Analyte {
    /// LOINC code and label.
    pub code: (&'static str, &'static str),
    pub name: &'static str,
    pub unit: &'static str,
    pub ucum: &'static str,
    pub decimals: u32,
    /// Low and high for a woman, then for a man.
    woman: (Option<i64>, Option<i64>),
    man: (Option<i64>, Option<i64>),
    chapter: Chapter,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chapter {
    Blood,
    Clotting,
    Chemistry,
    Hormones,
    Markers,
}

impl Chapter {
    const ALL: [Self; 5] = [Self::Blood, Self::Clotting, Self::Chemistry, Self::Hormones, Self::Markers];

    const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Blood => ("18723-7", "Hématologie"),
            Self::Clotting => ("18720-3", "Hémostase"),
            Self::Chemistry => ("18719-5", "Biochimie"),
            Self::Hormones => ("18719-5", "Hormonologie"),
            Self::Markers => ("18719-5", "Marqueurs tumoraux"),
        }
    }
}

macro_rules! analyte {
    ($name:ident, $loinc:literal, $label:literal, $said:literal, $unit:literal, $ucum:literal, $decimals:literal,
     $woman:expr, $man:expr, $chapter:ident) => {
        pub(super) static $name: Analyte = Analyte {
            code: ($loinc, $label),
            name: $said,
            unit: $unit,
            ucum: $ucum,
            decimals: $decimals,
            woman: $woman,
            man: $man,
            chapter: Chapter::$chapter,
        };
    };
}

const fn range(low: i64, high: i64) -> (Option<i64>, Option<i64>) {
    (Some(low), Some(high))
}
const fn below(high: i64) -> (Option<i64>, Option<i64>) {
    (None, Some(high))
}
const fn above(low: i64) -> (Option<i64>, Option<i64>) {
    (Some(low), None)
}

analyte!(
    HAEMOGLOBIN,
    "718-7",
    "Hémoglobine [Masse/Volume] Sang",
    "Hémoglobine",
    "g/dL",
    "g/dL",
    1,
    range(115, 160),
    range(130, 170),
    Blood
);
analyte!(
    VOLUME,
    "787-2",
    "Volume globulaire moyen [Volume]",
    "Volume globulaire moyen",
    "fL",
    "fL",
    0,
    range(80, 100),
    range(80, 100),
    Blood
);
analyte!(
    WHITE,
    "6690-2",
    "Leucocytes [Nombre/Volume] Sang",
    "Leucocytes",
    "G/L",
    "10*9/L",
    1,
    range(40, 100),
    range(40, 100),
    Blood
);
analyte!(
    PLATELETS,
    "777-3",
    "Plaquettes [Nombre/Volume] Sang",
    "Plaquettes",
    "G/L",
    "10*9/L",
    0,
    range(150, 400),
    range(150, 400),
    Blood
);
analyte!(
    INR,
    "6301-6",
    "Temps de Quick INR [Temps relatif] Plasma pauvre en plaquettes",
    "INR (cible 2,0 à 3,0)",
    "",
    "{INR}",
    1,
    range(20, 30),
    range(20, 30),
    Clotting
);
analyte!(
    CREATININE,
    "14682-9",
    "Créatinine [Moles/Volume] Sérum/Plasma",
    "Créatinine",
    "µmol/L",
    "umol/L",
    0,
    range(45, 84),
    range(59, 104),
    Chemistry
);
analyte!(
    FILTRATION,
    "62238-1",
    "Débit de filtration glomérulaire estimé (CKD-EPI)",
    "DFG estimé (CKD-EPI)",
    "mL/min/1,73 m²",
    "mL/min/{1.73_m2}",
    0,
    above(60),
    above(60),
    Chemistry
);
analyte!(
    SODIUM,
    "2951-2",
    "Sodium [Moles/Volume] Sérum/Plasma",
    "Sodium",
    "mmol/L",
    "mmol/L",
    0,
    range(136, 145),
    range(136, 145),
    Chemistry
);
analyte!(
    POTASSIUM,
    "2823-3",
    "Potassium [Moles/Volume] Sérum/Plasma",
    "Potassium",
    "mmol/L",
    "mmol/L",
    1,
    range(35, 51),
    range(35, 51),
    Chemistry
);
analyte!(
    GLUCOSE,
    "14749-6",
    "Glucose [Moles/Volume] Sérum/Plasma",
    "Glycémie à jeun",
    "mmol/L",
    "mmol/L",
    1,
    range(39, 58),
    range(39, 58),
    Chemistry
);
analyte!(
    HBA1C,
    "4548-4",
    "Hémoglobine A1c/Hémoglobine totale [Fraction massique] Sang",
    "HbA1c",
    "%",
    "%",
    1,
    range(40, 60),
    range(40, 60),
    Chemistry
);
analyte!(
    ALBUMINURIA,
    "14959-1",
    "Microalbumine/Créatinine [Ratio massique] Urine",
    "Albuminurie / créatininurie",
    "mg/g",
    "mg/g",
    0,
    below(30),
    below(30),
    Chemistry
);
analyte!(
    LDL,
    "22748-8",
    "Cholestérol LDL [Moles/Volume] Sérum/Plasma",
    "Cholestérol LDL",
    "mmol/L",
    "mmol/L",
    1,
    below(30),
    below(30),
    Chemistry
);
analyte!(
    ALAT,
    "1742-6",
    "Alanine aminotransférase [Activité/Volume] Sérum/Plasma",
    "ALAT",
    "U/L",
    "U/L",
    0,
    below(34),
    below(45),
    Chemistry
);
analyte!(
    CRP,
    "1988-5",
    "C Réactive protéine [Masse/Volume] Sérum/Plasma",
    "Protéine C réactive",
    "mg/L",
    "mg/L",
    0,
    below(5),
    below(5),
    Chemistry
);
analyte!(
    BNP,
    "33762-6",
    "NT-proBNP [Masse/Volume] Sérum/Plasma",
    "NT-proBNP",
    "ng/L",
    "ng/L",
    0,
    below(300),
    below(300),
    Chemistry
);
analyte!(
    FERRITIN,
    "2276-4",
    "Ferritine [Masse/Volume] Sérum/Plasma",
    "Ferritine",
    "µg/L",
    "ug/L",
    0,
    range(15, 150),
    range(30, 400),
    Chemistry
);
analyte!(
    TSH,
    "3016-3",
    "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma",
    "TSH",
    "mUI/L",
    "m[IU]/L",
    2,
    range(40, 400),
    range(40, 400),
    Hormones
);
analyte!(
    PSA,
    "2857-1",
    "Antigène prostatique spécifique [Masse/Volume] Sérum/Plasma",
    "PSA total",
    "µg/L",
    "ug/L",
    2,
    below(400),
    below(400),
    Markers
);
analyte!(
    CA153,
    "6875-9",
    "Antigène CA 15-3 [Arbitraire/Volume] Sérum/Plasma",
    "CA 15-3",
    "kU/L",
    "k[arb'U]/L",
    0,
    below(30),
    below(30),
    Markers
);
analyte!(
    CEA,
    "2039-6",
    "Antigène carcinoembryonnaire [Masse/Volume] Sérum/Plasma",
    "ACE",
    "µg/L",
    "ug/L",
    1,
    below(50),
    below(50),
    Markers
);

impl Analyte {
    fn range(&self, sex: Sex) -> (Option<i64>, Option<i64>) {
        if sex == Sex::Male { self.man } else { self.woman }
    }

    /// As XML writes it.
    fn number(&self, value: i64) -> String {
        let ten = 10_i64.pow(self.decimals);
        match self.decimals {
            0 => value.to_string(),
            width => format!("{}.{:0width$}", value / ten, value % ten, width = width as usize),
        }
    }

    /// As a French reader writes it.
    fn shown(&self, value: i64) -> String {
        self.number(value).replace('.', ",")
    }
}

/// How a value goes through the years: where it starts, how far it moves each time, how much it wavers.
#[derive(Clone, Copy)]
pub(super) struct Course(pub &'static Analyte, pub i64, pub i64, pub i64);

#[derive(Clone)]
pub(super) struct Measure {
    analyte: &'static Analyte,
    value: i64,
    before: Option<(Date, i64)>,
}

/// The results of each of these days, in their order.
pub(super) fn series(dice: &SeededDice, days: &[Date], courses: &[Course]) -> Vec<Vec<Measure>> {
    let mut before: Vec<Option<(Date, i64)>> = vec![None; courses.len()];
    let mut all = Vec::with_capacity(days.len());
    for (day, step) in days.iter().zip(0_i64..) {
        let measures = courses.iter().zip(&mut before).map(|(course, last)| {
            let Course(analyte, start, drift, waver) = *course;
            let value = (start + drift * step + dice.between(-waver, waver)).max(1);
            Measure { analyte, value, before: last.replace((*day, value)) }
        });
        all.push(measures.collect());
    }
    all
}

/// The sections of a report: one for each chapter, table and coded entries saying the same.
pub(super) fn sections(measures: &[Measure], sex: Sex, at: Instant) -> Vec<Section> {
    let in_chapter = |chapter: Chapter| {
        let mut table = vec![
            ["Examen", "Résultat", "Unité", "Valeurs de référence", "Antérieur"].map(String::from).to_vec(),
        ];
        let mut facts = Vec::new();
        for measure in measures.iter().filter(|it| it.analyte.chapter == chapter) {
            let (analyte, value) = (measure.analyte, measure.value);
            let (low, high) = analyte.range(sex);
            let (interpretation, mark) = match (low, high) {
                (Some(low), _) if value < low => ("L", " ↓"),
                (_, Some(high)) if value > high => ("H", " ↑"),
                _ => ("N", ""),
            };
            let reference = match (low, high) {
                (Some(low), Some(high)) => format!("{} à {}", analyte.shown(low), analyte.shown(high)),
                (Some(low), None) => format!("> {}", analyte.shown(low)),
                (None, Some(high)) => format!("< {}", analyte.shown(high)),
                (None, None) => String::new(),
            };
            let before = measure.before.map_or_else(String::new, |(day, value)| {
                format!("{} ({})", analyte.shown(value), day.strftime("%d/%m/%Y"))
            });
            let shown = format!("{}{mark}", analyte.shown(value));
            table.push(vec![analyte.name.to_owned(), shown, analyte.unit.to_owned(), reference, before]);
            facts.push(Observation {
                row: table.len() - 1,
                code: analyte.code,
                value: (analyte.number(value), analyte.ucum),
                interpretation,
                low: low.map(|it| analyte.number(it)),
                high: high.map(|it| analyte.number(it)),
                at,
            });
        }
        (!facts.is_empty()).then(|| Section {
            code: chapter.code(),
            title: chapter.code().1.to_owned(),
            table,
            facts,
            ..Section::default()
        })
    };
    Chapter::ALL.into_iter().filter_map(in_chapter).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_value_out_of_range_is_marked_in_the_table_and_in_the_entry_alike() {
        let (dice, day) = (SeededDice::new(1), jiff::civil::date(2024, 3, 5));
        for (start, sign, code) in [(60, "6,0", "N"), (61, "6,1 ↑", "H"), (39, "3,9 ↓", "L")] {
            let measures = series(&dice, &[day], &[Course(&HBA1C, start, 0, 0)]);
            let section = sections(measures.first().unwrap(), Sex::Male, Instant::EPOCH).remove(0);
            assert_eq!(section.table.get(1).unwrap().get(1).unwrap(), sign);
            let fact = section.facts.first().unwrap();
            assert_eq!(fact.interpretation, code);
            assert_eq!(fact.value.0, sign.split(' ').next().unwrap().replace(',', "."));
        }
    }

    #[test]
    fn a_series_remembers_the_value_before_and_drifts() {
        let days: Vec<_> = (1..=9).map(|month| jiff::civil::date(2024, month, 7)).collect();
        let all = series(&SeededDice::new(5), &days, &[Course(&CREATININE, 90, 4, 3)]);
        let values: Vec<_> = all.iter().map(|it| it.first().unwrap()).collect();
        for pair in values.windows(2) {
            let [one, two] = pair else { panic!("pairs") };
            assert_eq!(two.before.unwrap().1, one.value);
            assert!((two.value - one.value).abs() <= 4 + 2 * 3, "no value jumps");
        }
        assert!(values.last().unwrap().value - values.first().unwrap().value >= 26);
    }
}
