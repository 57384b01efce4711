//! An electrocardiogram drawn as lines: the one kind of paper whose point is to be looked at.

use crate::chance::SeededDice;

/// The twelve leads with the heights of P, R, S and T, in tenths of a point.
const LEADS: [(&str, [i32; 4]); 12] = [
    ("I", [10, 70, -15, 22]),
    ("V1", [8, 22, -90, -12]),
    ("II", [15, 95, -18, 28]),
    ("V2", [8, 40, -120, 40]),
    ("III", [9, 48, -22, 15]),
    ("V3", [9, 80, -85, 45]),
    ("aVR", [-11, -75, 15, -24]),
    ("V4", [10, 130, -50, 42]),
    ("aVL", [5, 38, -12, 11]),
    ("V5", [10, 115, -25, 35]),
    ("aVF", [12, 72, -20, 21]),
    ("V6", [10, 90, -14, 28]),
];

/// Samples of each lead, one a point.
const LENGTH: usize = 228;

/// Each lead's name and heights; in fibrillation no P, a trembling line and uneven beats.
pub(super) fn strips(dice: &SeededDice, fibrillation: bool) -> Vec<(&'static str, Vec<i32>)> {
    let mut beats = Vec::new();
    let mut at = 18;
    while at < 300 {
        beats.push(at);
        at += if fibrillation { dice.between(26, 58) } else { dice.between(43, 46) };
    }
    let strip = |(name, waves): (&'static str, [i32; 4])| {
        let mut line: Vec<i32> = Vec::with_capacity(LENGTH);
        for x in 0_i64..LENGTH as i64 {
            let mut y = i32::try_from(dice.between(-1, 1)).unwrap_or(0);
            if fibrillation {
                y += i32::try_from(dice.between(-5, 5)).unwrap_or(0);
            }
            for beat in &beats {
                y += 2 * wave(x - beat, waves, fibrillation);
            }
            line.push(y);
        }
        (name, line)
    };
    LEADS.into_iter().map(strip).collect()
}

/// The height at so many points from the top of R.
fn wave(from_r: i64, [p, r, s, t]: [i32; 4], no_p: bool) -> i32 {
    match from_r {
        -10 | -6 if !no_p => p / 2,
        -9..=-7 if !no_p => p,
        -1 => -r / 8,
        0 => r,
        1 => s,
        2 => s / 4,
        9 | 15 => t / 3,
        10 | 14 => t * 2 / 3,
        11..=13 => t,
        _ => 0,
    }
}
