//! Cancers: the meeting, the pathologist, the plan, the treatment.

use super::{ASSESSMENT, EXAMINATION, FINDINGS, Form, HISTORY, PLAN, REASON, STAY, Script, TREATMENT};

script!(
    BREAST_MEETING,
    "34794-8",
    "Réunion de concertation, sénologie",
    STAY,
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Carcinome infiltrant de type non spécifique du sein {cote}, {mm} mm, grade {1-3}, récepteurs hormonaux positifs, HER2 négatif, pN0."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &[
            "Chirurgie conservatrice faite, marges saines. Radiothérapie du sein {cote}. Hormonothérapie cinq ans. [Pas de chimiothérapie.|Chimiothérapie adjuvante proposée.]"
        ]
    ),
    (PLAN, "Suite", &["Consultation d'annonce et plan personnalisé de soins remis."])
);

script!(
    COLON_MEETING,
    "34794-8",
    "Réunion de concertation, oncologie digestive",
    STAY,
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Adénocarcinome du côlon [sigmoïde|droit], réséqué, pT3 [N0|N1] M0, stable sur le plan microsatellitaire."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &["[Surveillance seule.|Chimiothérapie adjuvante par capécitabine et oxaliplatine, trois mois.]"]
    ),
    (
        PLAN,
        "Suite",
        &["ACE et consultation tous les trois mois, scanner tous les six mois, coloscopie à un an."]
    )
);

script!(
    PROSTATE_MEETING,
    "34794-8",
    "Réunion de concertation, urologie",
    STAY,
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Adénocarcinome prostatique, score de Gleason [3+3|3+4], PSA initial {6-12} µg/L, cT1c N0 M0."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &["[Surveillance active.|Radiothérapie exclusive.|Prostatectomie totale.]"]
    ),
    (PLAN, "Suite", &["PSA tous les six mois."])
);

script!(
    PATHOLOGY_BREAST,
    "60568-3",
    "Anatomopathologie, pièce mammaire",
    STAY,
    Sections,
    (
        FINDINGS,
        "Macroscopie et microscopie",
        &[
            "Pièce de tumorectomie du sein {cote}, {38-72} g. Carcinome infiltrant de {mm} mm, marges [saines, au plus près à 4 mm|saines]. Un ganglion sentinelle indemne."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &["pT1 pN0(sn). Récepteurs des œstrogènes {80-100} %, de la progestérone {40-95} %, Ki67 {6-24} %."]
    )
);

script!(
    PATHOLOGY_COLON,
    "60568-3",
    "Anatomopathologie, colectomie",
    STAY,
    Sections,
    (
        FINDINGS,
        "Macroscopie et microscopie",
        &[
            "Colectomie de {18-32} cm. Tumeur ulcéro-bourgeonnante de {24-52} mm, infiltrant la sous-séreuse. {14-26} ganglions examinés."
        ]
    ),
    (ASSESSMENT, "Conclusion", &["Adénocarcinome moyennement différencié, pT3, limites saines."])
);

script!(
    CANCER_PLAN,
    "18776-5",
    "Plan personnalisé de soins",
    STAY,
    Enclosed,
    (
        TREATMENT,
        "Les étapes prévues",
        &[
            "- [Chirurgie : faite|Surveillance rapprochée]",
            "- [Radiothérapie : {16-25} séances|Traitement par comprimés]",
            "- Examens de surveillance tous les six mois"
        ]
    ),
    (
        PLAN,
        "Vos contacts",
        &[
            "Infirmière de coordination du service, du lundi au vendredi. En cas de fièvre au-dessus de 38 °C, appeler sans attendre."
        ]
    )
);

script!(
    ONCOLOGY,
    "11488-4",
    "Consultation d'oncologie",
    STAY,
    Sections,
    (REASON, "Motif", &["Surveillance, {Le} {patient} de {age}."]),
    (
        EXAMINATION,
        "Examen",
        &[
            "État général conservé (OMS {0-1}), poids {kg} kg. Examen clinique [sans particularité|sans argument pour une récidive]."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &["Marqueurs [stables|dans les limites]. Imagerie [sans anomalie nouvelle|inchangée]."]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "[Pas d'argument pour une récidive.|Rémission maintenue.] Tolérance du traitement [bonne|correcte, bouffées de chaleur modérées]."
        ]
    ),
    (PLAN, "Suite", &["Prochaine consultation dans six mois, bilan la semaine précédente."])
);

script!(
    CHEMOTHERAPY,
    "80565-5",
    "Administration de chimiothérapie",
    STAY,
    Enclosed,
    (
        TREATMENT,
        "Cure",
        &[
            "Hôpital de jour. Bilan du jour : polynucléaires [1,9|2,4|3,1] G/L, plaquettes {160-310} G/L, créatinine normale. Cure administrée à pleine dose, voie centrale, [sans incident|nausées grade 1]."
        ]
    ),
    (PLAN, "Suite", &["Prochaine cure dans 21 jours. Numération la veille."])
);
