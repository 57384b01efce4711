//! Consultations for what does not go away: diabetes, heart, lungs, eyes.

use super::{ASSESSMENT, EXAMINATION, FUNCTION, Form, HISTORY, PLAN, REASON, Script, TREATMENT, VISIT};

script!(
    DIABETES,
    "11488-4",
    "Suivi du diabète",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["Suivi trimestriel d'un diabète de type 2 chez {Le} {patient} de {age}."]),
    (
        HISTORY,
        "Depuis la dernière consultation",
        &[
            "[Pas d'hypoglycémie ressentie.|Deux malaises évocateurs d'hypoglycémie en fin de matinée, resucrés sans difficulté.|Glycémies capillaires du matin entre 1,10 et 1,45 g/L.] [L'activité physique est reprise : trente minutes de marche par jour.|Peu d'activité physique ces dernières semaines.|{Il} a rejoint un groupe de marche.]",
            "[Le traitement est pris régulièrement.|Quelques oublis le soir.|Bonne tolérance digestive de la metformine.]",
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, IMC {bmi} kg/m². TA {ta}, pouls {fc}/min, régulier.",
            "Pieds : [pouls pédieux perçus, monofilament normal, grade 0|pouls perçus, monofilament senti 3 fois sur 3 des deux côtés|sécheresse cutanée, hyperkératose sans plaie, grade 1].",
        ]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &[
            "[Équilibre glycémique satisfaisant au regard de l'objectif individuel.|Équilibre imparfait : objectifs repris ensemble.|Équilibre stable, pas de complication nouvelle.]"
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- HbA1c dans trois mois, créatinine et albuminurie une fois par an",
            "- [Fond d'œil demandé|Fond d'œil de l'année fait, sans rétinopathie]",
            "- [Ordonnance renouvelée à l'identique|Metformine portée à la dose supérieure|Rendez-vous avec la diététicienne]",
        ]
    )
);

script!(
    PRESSURE,
    "11488-4",
    "Suivi de l'hypertension",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["Suivi d'une hypertension artérielle traitée."]),
    (
        HISTORY,
        "Depuis la dernière consultation",
        &[
            "[Pas de céphalée, pas de vertige.|Quelques vertiges au lever, brefs.|Aucune plainte.] Automesure : moyenne {126-142}/{72-86} mmHg sur [18|15|12] mesures.",
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {ta} assis, {ta} debout. Pouls {fc}/min. Auscultation [sans particularité|: souffle systolique éjectionnel 1/6, connu|libre]. Pas d'œdème des membres inférieurs."
        ]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &[
            "[Tension à l'objectif.|Tension à la limite haute : mesures hygiéno-diététiques rappelées.|Bon contrôle en automesure.]"
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Poursuite du traitement",
            "- Ionogramme et créatinine [dans six mois|avant la prochaine consultation]",
            "- Prochaine consultation dans [trois|six] mois"
        ]
    )
);

script!(
    HEART,
    "11488-4",
    "Consultation de cardiologie",
    VISIT,
    Sections,
    (
        REASON,
        "Motif",
        &["Suivi d'une insuffisance cardiaque à fraction d'éjection altérée chez {Le} {patient} de {age}."]
    ),
    (
        HISTORY,
        "Interrogatoire",
        &[
            "Dyspnée stade [II|II|III] de la NYHA. [Dort sur un oreiller.|Dort sur deux oreillers.] Poids à domicile stable à {kg} kg. [Pas d'hospitalisation depuis la dernière consultation.|Une décompensation depuis la dernière consultation.]"
        ]
    ),
    (
        EXAMINATION,
        "Examen et électrocardiogramme",
        &[
            "TA {ta}, pouls {fc}/min, SpO₂ {sat} %. [Pas de crépitant|Fins crépitants des bases], [pas d'œdème|discrets œdèmes des chevilles].",
            "Électrocardiogramme : rythme [sinusal|sinusal|électro-entraîné], QRS {92-128} ms, pas de trouble de la repolarisation nouveau.",
        ]
    ),
    (
        FUNCTION,
        "Échocardiographie",
        &[
            "FEVG {fevg} % en Simpson biplan, ventricule gauche [modérément dilaté|non dilaté], pressions de remplissage [normales|à la limite], PAPS {28-42} mmHg. Pas d'épanchement."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "[État stable sous quadrithérapie.|Amélioration modeste de la fraction d'éjection.|Congestion débutante, diurétique majoré.]"
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Poids chaque matin : appeler si plus de 2 kg en trois jours",
            "- Kaliémie et créatinine dans [deux|quatre] semaines",
            "- Revoir dans six mois"
        ]
    )
);

script!(
    DIABETOLOGIST,
    "11488-4",
    "Consultation de diabétologie",
    VISIT,
    Sections,
    (REASON, "Motif", &["Avis annuel, adressé{e} par {doctor}."]),
    (
        HISTORY,
        "Interrogatoire",
        &[
            "Diabète connu depuis {years} ans. [Pas de complication connue.|Microalbuminurie stable.|Neuropathie sensitive débutante.] Autosurveillance [avant les repas|à jeun, trois fois par semaine]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &["Poids {kg} kg, IMC {bmi} kg/m², TA {ta}. Zones d'injection [sans lipodystrophie|non concernées]."]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &[
            "Objectif d'HbA1c retenu : [7,0|7,5|8,0] %. [Objectif atteint.|Objectif proche.|Objectif non atteint.]"
        ]
    ),
    (
        TREATMENT,
        "Proposition",
        &[
            "- [Poursuite de la metformine|Ajout d'un inhibiteur de SGLT2 : règles des jours de maladie expliquées|Ajout d'un analogue du GLP-1 hebdomadaire]",
            "- Éducation : [lecture des étiquettes|conduite à tenir devant une hypoglycémie|soin des pieds]"
        ]
    ),
    (PLAN, "Suite", &["Suivi trimestriel par {doctor}, avis ici dans un an."])
);

script!(
    ASTHMA,
    "11488-4",
    "Suivi de l'asthme",
    VISIT,
    Sections,
    (REASON, "Motif", &["Suivi d'un asthme allergique, adressé{e} par {doctor}."]),
    (
        HISTORY,
        "Contrôle",
        &[
            "[Pas de symptôme nocturne ce mois-ci.|Un réveil nocturne par semaine.|Gêne à l'effort seulement.] Recours au bronchodilatateur [moins de deux fois par semaine|trois fois par semaine|exceptionnel]. [Chat au domicile.|Pas d'animal.|Acariens : housse posée.]"
        ]
    ),
    (
        FUNCTION,
        "Exploration fonctionnelle",
        &[
            "VEMS {78-101} % de la théorique, rapport VEMS/CVF 0,{70-83}, réversibilité {4-16} % après salbutamol."
        ]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &[
            "Asthme [contrôlé|partiellement contrôlé]. Technique d'inhalation [correcte|reprise avec la chambre d'inhalation]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- [Traitement de fond inchangé|Corticoïde inhalé augmenté d'un palier|Essai de réduction d'un palier]",
            "- Plan d'action écrit remis",
            "- Revoir dans [six mois|un an]"
        ]
    )
);

script!(
    LUNGS,
    "11488-4",
    "Consultation de pneumologie",
    VISIT,
    Sections,
    (REASON, "Motif", &["Suivi d'une bronchopneumopathie chronique obstructive, adressé{e} par {doctor}."]),
    (HISTORY, "Interrogatoire", &["Dyspnée mMRC {1-3}. {tobacco} {0-2} exacerbation(s) dans l'année."]),
    (
        FUNCTION,
        "Exploration fonctionnelle",
        &[
            "VEMS {45-72} % de la théorique, VEMS/CVF 0,{48-66}. Test de marche de six minutes : {290-480} m, SpO₂ minimale {88-93} %."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Bronchodilatateurs de longue durée d'action poursuivis",
            "- Vaccins grippe et pneumocoque à jour",
            "- [Réadaptation respiratoire proposée|Kinésithérapie respiratoire prescrite]"
        ]
    )
);

script!(
    BREATH,
    "11488-4",
    "Consultation pour toux fébrile",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["Toux et fièvre depuis {2-5} jours."]),
    (
        EXAMINATION,
        "Examen",
        &[
            "Température {fever} °C, SpO₂ {sat} %, TA {ta}. [Râles bronchiques diffus|Auscultation libre|Sibilants discrets des deux bases]. [Tympans normaux.|Gorge érythémateuse.]"
        ]
    ),
    (ASSESSMENT, "Conclusion", &["[Bronchite aiguë d'allure virale.|Rhinopharyngite.|Syndrome grippal.]"]),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Paracétamol si fièvre",
            "- Pas d'antibiotique",
            "- Revoir si fièvre au-delà de 72 heures ou gêne respiratoire"
        ]
    )
);

pub(in crate::town) static EYES: Script = Script {
    kind: "78513-9",
    title: "Consultation d'ophtalmologie",
    setting: VISIT,
    form: Form::Sections,
    parts: &[
        (REASON, "Motif", &["[Fond d'œil annuel.|Baisse d'acuité progressive.|Contrôle.]"]),
        (
            EXAMINATION,
            "Examen",
            &[
                "Acuité avec correction : œil droit {6-10}/10, œil gauche {6-10}/10. Tonus {12-18} mmHg des deux côtés. Fond d'œil : [pas de rétinopathie|rétinopathie minime|macula normale]. Cristallin [clair|légèrement opaque].",
            ],
        ),
        (PLAN, "Conclusion", &["Contrôle dans un an."]),
    ],
};
