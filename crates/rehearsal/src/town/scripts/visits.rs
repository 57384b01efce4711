//! Consultations: what is written after somebody was seen in a practice.

use super::{ASSESSMENT, EXAMINATION, FUNCTION, Form, HISTORY, PLAN, REASON, Script, TREATMENT, VISIT};

const KIND: &str = "11488-4";

macro_rules! visit {
    ($name:ident, $title:literal, $form:ident, $($part:expr),+ $(,)?) => {
        pub(in crate::town) static $name: Script =
            Script { kind: KIND, title: $title, setting: VISIT, form: Form::$form, parts: &[$($part),+] };
    };
}

visit!(
    DIABETES,
    "Suivi du diabète",
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

visit!(
    PRESSURE,
    "Suivi de l'hypertension",
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

visit!(
    HEART,
    "Consultation de cardiologie",
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

visit!(
    DIABETOLOGIST,
    "Consultation de diabétologie",
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

visit!(
    ASTHMA,
    "Suivi de l'asthme",
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

visit!(
    LUNGS,
    "Consultation de pneumologie",
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

visit!(
    BREATH,
    "Consultation pour toux fébrile",
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

visit!(
    BACK,
    "Consultation pour lombalgie",
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "Douleur lombaire basse depuis {3-12} jours, survenue [au soulèvement d'une charge|sans facteur déclenchant|après un long trajet]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Pas de déficit moteur ni sensitif, réflexes présents et symétriques. Lasègue [négatif|à 70° à {cotee}]. Contracture paravertébrale {cotee}."
        ]
    ),
    (ASSESSMENT, "Conclusion", &["Lombalgie commune, sans drapeau rouge."]),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Rester actif",
            "- Antalgique de palier 1",
            "- [Kinésithérapie prescrite|Imagerie inutile à ce stade]"
        ]
    )
);

visit!(
    STOMACH,
    "Consultation pour douleurs abdominales",
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "[Vomissements et diarrhée depuis hier.|Brûlures épigastriques depuis trois semaines.|Douleurs abdominales diffuses, transit irrégulier.]"
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Abdomen souple, [sensible en épigastre|sensible sans défense|dépressible, indolore]. TA {ta}, température {t} °C. Pas de signe de déshydratation."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &["[Gastro-entérite aiguë.|Reflux gastro-œsophagien probable.|Troubles fonctionnels intestinaux.]"]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- [Réhydratation par petites quantités|Inhibiteur de la pompe à protons quatre semaines|Règles alimentaires expliquées]",
            "- Revoir si persistance"
        ]
    )
);

visit!(
    CHECK_UP,
    "Consultation de médecine générale",
    Enclosed,
    (
        REASON,
        "Motif",
        &["[Bilan de prévention.|Renouvellement et bilan annuel.|Demande de certificat et bilan.]"]
    ),
    (
        HISTORY,
        "Habitudes",
        &[
            "{tobacco} Alcool : [occasionnel|aucun|un verre le week-end]. Activité physique : [régulière|faible|deux fois par semaine]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, IMC {bmi} kg/m². TA {ta}, pouls {fc}/min. Examen sans particularité."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &["- Dépistages à jour selon l'âge", "- [Vaccins vérifiés|Rappel de vaccin à prévoir]"]
    )
);

visit!(
    CHILD_ILL,
    "Consultation de l'enfant",
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "[Fièvre depuis hier soir.|Otalgie {cotee}.|Toux nocturne et rhinite.|Éruption depuis deux jours.] Enfant de {age}, amené{e} par [sa mère|son père|ses parents]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Température {fever} °C, bon contact. [Tympan {cotee} congestif.|Gorge rouge, test rapide négatif.|Auscultation claire.|Vésicules éparses d'âges différents.] Poids {kg} kg."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "[Otite congestive.|Angine virale.|Rhinopharyngite.|Varicelle sans complication.|Bronchiolite légère.]"
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Paracétamol 15 mg/kg par prise, quatre fois par jour au plus",
            "- Signes qui doivent faire reconsulter expliqués"
        ]
    )
);

visit!(
    MOOD,
    "Consultation de suivi",
    Sections,
    (REASON, "Motif", &["Suivi d'un épisode dépressif d'intensité [légère|modérée]."]),
    (
        HISTORY,
        "Entretien",
        &[
            "Sommeil [amélioré|encore fragmenté], appétit [conservé|revenu]. [Reprise du travail à temps partiel.|Arrêt de travail en cours.|Soutien familial présent.] Pas d'idée suicidaire."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Psychothérapie poursuivie",
            "- [Sertraline 50 mg poursuivie|Décroissance envisagée dans trois mois]",
            "- Revoir dans [quatre|six] semaines"
        ]
    )
);

visit!(
    MEMORY,
    "Consultation mémoire",
    Sections,
    (REASON, "Motif", &["Plainte mnésique évoluant depuis {1-4} ans, adressé{e} par {doctor}."]),
    (
        FUNCTION,
        "Tests",
        &["MMSE {15-25}/30. Cinq mots de Dubois {4-8}/10. Horloge [normale|perturbée]. IADL {1-3}/4."]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "Trouble neurocognitif [léger|majeur, stade léger à modéré], [d'allure dégénérative|mixte, dégénératif et vasculaire]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &["- Orthophonie", "- Aidants orientés vers la plateforme de répit", "- Revoir dans six mois"]
    )
);

visit!(
    PREGNANCY,
    "Consultation de grossesse",
    Sections,
    (REASON, "Motif", &["Consultation mensuelle de suivi de grossesse."]),
    (
        HISTORY,
        "Interrogatoire",
        &[
            "[Mouvements actifs perçus.|Pas de contraction, pas de métrorragie.] [Nausées en régression.|Bon sommeil.|Lombalgies modérées.]"
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {112-128}/{62-76} mmHg, poids {kg} kg. Bruits du cœur fœtal {128-152}/min. Bandelette urinaire [négative|sans protéine ni sucre]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Sérologie toxoplasmose mensuelle si non immunisée",
            "- [Prochaine échographie programmée|Entretien prénatal fait|Préparation à la naissance commencée]"
        ]
    )
);

visit!(
    SKIN,
    "Consultation de dermatologie",
    Enclosed,
    (REASON, "Motif", &["[Surveillance de nævus.|Eczéma des mains.|Lésion de la joue {cotee}.]"]),
    (
        EXAMINATION,
        "Examen",
        &[
            "Examen de tout le tégument et dermoscopie : [pas de lésion suspecte|kératose actinique de 4 mm|plaques érythémateuses des plis]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- [Surveillance annuelle|Cryothérapie faite ce jour|Dermocorticoïde dix jours]",
            "- Protection solaire"
        ]
    )
);

visit!(
    TEETH,
    "Soins dentaires",
    Enclosed,
    (REASON, "Motif", &["[Contrôle annuel.|Douleur dentaire.|Détartrage.]"]),
    (
        EXAMINATION,
        "Examen et soins",
        &[
            "[Carie occlusale de la 36, obturation composite.|Détartrage et polissage, deux arcades.|Pas de carie ; hygiène satisfaisante.|Fracture de la 24, couronne à prévoir.]"
        ]
    ),
    (PLAN, "Suite", &["Contrôle dans [six mois|un an]."])
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

pub(in crate::town) static REMOTE: Script = Script {
    kind: "85208-7",
    title: "Téléconsultation",
    setting: VISIT,
    form: Form::Sections,
    parts: &[
        (
            REASON,
            "Motif",
            &[
                "[Renouvellement.|Résultats d'examens commentés.|Symptômes urinaires sans fièvre.] Consultation à distance acceptée, image et son de bonne qualité.",
            ],
        ),
        (
            ASSESSMENT,
            "Conclusion",
            &["[Pas de signe de gravité.|Situation stable.|Examen en présence à prévoir sous quinze jours.]"],
        ),
        (PLAN, "Suite", &["- [Ordonnance transmise|Bilan biologique prescrit|Rendez-vous au cabinet]"]),
    ],
};
