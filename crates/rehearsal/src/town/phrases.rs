//! Fills the texts of the scripts: `[one|another]` is chosen by the dice, `{age}` and its kin are facts of
//! the patient, so that a hundred letters from one script are a hundred letters.

use crate::chance::SeededDice;

/// What a text may ask of the patient and the moment.
pub(super) struct Facts {
    pub woman: bool,
    /// "72 ans", "8 mois".
    pub age: String,
    pub kilos: i64,
    pub centimetres: i64,
    /// Whom hospitals write to.
    pub doctor: String,
    /// Upper pressure, in mmHg.
    pub pressure: i64,
    /// Days of the stay, where there is one.
    pub days: i64,
    /// `gauche` or `droit`: one side for all that is written of a person, so that nothing contradicts.
    pub right: bool,
    pub allergy: &'static str,
    pub tobacco: &'static str,
    pub gir: i64,
    /// Since an old illness was found.
    pub years: i64,
}

pub(super) fn fill(text: &str, facts: &Facts, dice: &SeededDice) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{']) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let close = if from.starts_with('[') { ']' } else { '}' };
        let Some((inside, after)) = from.get(1..).and_then(|it| it.split_once(close)) else {
            rest = from;
            break;
        };
        if close == ']' {
            let choices: Vec<&str> = inside.split('|').collect();
            // a choice may name facts in its turn
            out.push_str(&fill(dice.pick(&choices), facts, dice));
        } else {
            out.push_str(&word(inside, facts, dice));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn word(name: &str, facts: &Facts, dice: &SeededDice) -> String {
    let by_sex = |woman: &str, man: &str| if facts.woman { woman.to_owned() } else { man.to_owned() };
    match name {
        "age" => facts.age.clone(),
        "e" => by_sex("e", ""),
        "il" => by_sex("elle", "il"),
        "Il" => by_sex("Elle", "Il"),
        "Le" => by_sex("La", "Le"),
        "patient" => by_sex("patiente", "patient"),
        "Monsieur" => by_sex("Madame", "Monsieur"),
        "tobacco" => facts.tobacco.to_owned(),
        "gir" => facts.gir.to_string(),
        "years" => facts.years.to_string(),
        "allergy" => facts.allergy.to_owned(),
        "kg" => facts.kilos.to_string(),
        "cm" => facts.centimetres.to_string(),
        "bmi" => {
            let tenths = facts.kilos * 100_000 / (facts.centimetres * facts.centimetres).max(1);
            format!("{},{}", tenths / 10, tenths % 10)
        }
        "doctor" => facts.doctor.clone(),
        "ta" => {
            let (high, low) = (facts.pressure + dice.between(-9, 9), 68 + dice.between(0, 17));
            format!("{high}/{low} mmHg")
        }
        "fc" => dice.between(58, 88).to_string(),
        "sat" => dice.between(95, 99).to_string(),
        "t" => format!("36,{}", dice.between(2, 9)),
        "fever" => format!("38,{}", dice.between(0, 9)),
        "days" => facts.days.to_string(),
        "cote" => if facts.right { "droit" } else { "gauche" }.to_owned(),
        "cotee" => if facts.right { "droite" } else { "gauche" }.to_owned(),
        "fevg" => dice.between(32, 44).to_string(),
        "mm" => dice.between(6, 19).to_string(),
        number => match number.split_once('-').map(|(low, high)| (low.parse(), high.parse())) {
            Some((Ok(low), Ok(high))) => dice.between(low, high).to_string(),
            _ => format!("{{{number}}}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(woman: bool) -> Facts {
        Facts {
            woman,
            age: "72 ans".into(),
            kilos: 80,
            centimetres: 200,
            doctor: "Dr X".into(),
            pressure: 130,
            days: 4,
            right: true,
            allergy: "aucune",
            tobacco: "jamais",
            gir: 4,
            years: 9,
        }
    }

    #[test]
    fn choices_facts_and_numbers_are_filled_and_the_unknown_stays_visible() {
        let dice = SeededDice::new(2);
        let said = fill("{Le} {patient} âgé{e} de {age}, IMC {bmi}, genou {cote}", &facts(true), &dice);
        assert_eq!(said, "La patiente âgée de 72 ans, IMC 20,0, genou droit");
        for _ in 0..50 {
            let number: i64 = fill("{3-5}", &facts(false), &dice).parse().unwrap_or_default();
            assert!((3..=5).contains(&number));
            assert!(["a", "b 72 ans"].contains(&fill("[a|b {age}]", &facts(false), &dice).as_str()));
        }
        assert_eq!(fill("{nothing} [open", &facts(false), &dice), "{nothing} [open");
    }
}
