//! Imaging, certificates, care by other professions, the care home.

use super::{
    ALLERGIES, ASSESSMENT, AT_HOME, CONCLUSION, EVOLUTION, EXAMINATION, FINDINGS, FUNCTION, Form,
    HOME_OF_ELDERS, PLAN, REASON, Script, TECHNIQUE, TREATMENT, VISIT,
};

macro_rules! script {
    ($name:ident, $kind:literal, $title:literal, $setting:ident, $form:ident, $($part:expr),+ $(,)?) => {
        pub(in crate::town) static $name: Script =
            Script { kind: $kind, title: $title, setting: $setting, form: Form::$form, parts: &[$($part),+] };
    };
}

// imaging

script!(
    CHEST,
    "18748-4",
    "Radiographie du thorax",
    VISIT,
    Bare,
    (REASON, "Indication", &["[Toux persistante.|Contrôle.|Dyspnée d'effort.]"]),
    (TECHNIQUE, "Technique", &["Cliché de face en inspiration, {4-9} cGy.cm²."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "[Pas de foyer parenchymateux.|Syndrome bronchique diffus.|Séquelle fibreuse de la base {cotee}.] Culs-de-sac pleuraux libres. Silhouette cardiaque [normale|à la limite supérieure]. Médiastin centré."
        ]
    ),
    (CONCLUSION, "Conclusion", &["[Pas d'anomalie évolutive.|Aspect stable.]"])
);

script!(
    WRIST,
    "18748-4",
    "Radiographie du poignet",
    VISIT,
    Bare,
    (REASON, "Indication", &["Contrôle de fracture de l'extrémité distale du radius {cote}."]),
    (TECHNIQUE, "Technique", &["Deux incidences, sous plâtre."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Alignement satisfaisant, [cal débutant|cal visible], pas de déplacement secondaire. Articulation radio-ulnaire congruente."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Évolution radiologique conforme au délai."])
);

script!(
    HIP,
    "18748-4",
    "Radiographie de hanche",
    VISIT,
    Bare,
    (REASON, "Indication", &["Contrôle de prothèse de hanche {cotee}."]),
    (
        FINDINGS,
        "Résultats",
        &["Prothèse en place, pas de descellement ni de liseré. Symétrie des articulations sacro-iliaques."]
    ),
    (CONCLUSION, "Conclusion", &["Contrôle satisfaisant."])
);

script!(
    KNEE,
    "18748-4",
    "Radiographies des genoux",
    VISIT,
    Bare,
    (REASON, "Indication", &["Gonalgies mécaniques, plus marquées à {cotee}."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Pincement fémorotibial interne {cote}, stade [III|IV] de Kellgren, ostéophytes. Genou opposé : stade [I|II]."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Gonarthrose interne {cotee}."])
);

script!(
    MAMMOGRAM,
    "18748-4",
    "Mammographie de surveillance",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance annuelle après traitement conservateur {cote}."]),
    (
        TECHNIQUE,
        "Technique",
        &["Face et oblique externe bilatérales, tomosynthèse, échographie complémentaire."]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Densité de type [B|C]. Cicatrice stable du quadrant supéro-externe {cote}. Pas de foyer de microcalcifications suspect. Aires axillaires libres."
        ]
    ),
    (CONCLUSION, "Conclusion", &["ACR 2 à {cotee}, ACR 1 de l'autre côté. Contrôle dans un an."])
);

script!(
    SCREENING,
    "75492-9",
    "Mammographie de dépistage",
    VISIT,
    Sections,
    (TECHNIQUE, "Technique", &["Dépistage organisé, deux incidences par sein, double lecture."]),
    (FINDINGS, "Résultats", &["Seins de densité [A|B|C]. Pas d'opacité ni de microcalcification suspecte."]),
    (CONCLUSION, "Conclusion", &["ACR [1|1|2]. Prochain dépistage dans deux ans."])
);

script!(
    SCANNER,
    "18748-4",
    "Scanner thoraco-abdomino-pelvien",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance oncologique."]),
    (
        TECHNIQUE,
        "Technique",
        &[
            "Acquisition hélicoïdale au temps portal après injection, PDL {420-780} mGy.cm. Comparé à l'examen précédent."
        ]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Thorax : pas de nodule suspect, pas d'épanchement. Abdomen : foie homogène, [kyste biliaire de {mm} mm inchangé|pas de lésion focale]. Pas d'adénopathie. Pelvis sans particularité. Pas de lésion osseuse."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Pas d'argument pour une évolution de la maladie."])
);

script!(
    HEART_ECHO,
    "18748-4",
    "Échocardiographie",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance d'une insuffisance cardiaque."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Ventricule gauche {54-64} mm en diastole, FEVG {fevg} % (Simpson biplan). E/e' {8-16}. Oreillette gauche {32-46} mL/m². Fuite mitrale minime. TAPSE {15-22} mm, PAPS {28-45} mmHg. Péricarde sec."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Fraction d'éjection altérée, [stable|en légère amélioration]."])
);

script!(
    PREGNANCY_ECHO,
    "18748-4",
    "Échographie de grossesse",
    VISIT,
    Sections,
    (REASON, "Indication", &["Examen de dépistage de la grossesse."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Grossesse monofœtale évolutive, activité cardiaque régulière. Biométrie au {25-70}e percentile. Liquide en quantité normale. Placenta [antérieur|postérieur], non bas inséré. Morphologie accessible sans anomalie décelée."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Examen sans particularité au terme indiqué."])
);

script!(
    LEG_VEINS,
    "18748-4",
    "Échographie-doppler veineux",
    VISIT,
    Bare,
    (REASON, "Indication", &["Œdème unilatéral {cote}."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Veines profondes perméables et compressibles des deux côtés. Reflux de la grande saphène {cotee}."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Pas de thrombose veineuse."])
);

script!(
    ABDOMEN,
    "18748-4",
    "Échographie abdominale",
    VISIT,
    Sections,
    (
        REASON,
        "Indication",
        &["[Douleurs de l'hypocondre droit.|Bilan d'anomalie biologique.|Douleurs abdominales.]"]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Foie [homogène|discrètement hyperéchogène]. Vésicule [alithiasique|avec un calcul mobile de {mm} mm]. Reins de taille normale, cavités fines. Rate et pancréas sans particularité."
        ]
    ),
    (CONCLUSION, "Conclusion", &["[Pas d'anomalie notable.|Stéatose modérée.]"])
);

script!(
    BRAIN,
    "18748-4",
    "IRM cérébrale",
    VISIT,
    Sections,
    (REASON, "Indication", &["Bilan d'un trouble cognitif."]),
    (
        TECHNIQUE,
        "Technique",
        &["T1, FLAIR, diffusion, T2*, coupes coronales hippocampiques. Sans injection."]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Atrophie hippocampique (Scheltens {1-3}). Leucopathie Fazekas {1-2}. Pas de lésion récente, pas de microsaignement."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Atrophie temporale interne, composante vasculaire [discrète|modérée]."])
);

script!(
    COLONOSCOPY,
    "70004-7",
    "Coloscopie de surveillance",
    VISIT,
    Enclosed,
    (REASON, "Indication", &["Surveillance après résection colique."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Préparation de bonne qualité (Boston {7-9}). Anastomose souple. [Pas de polype.|Un polype de {3-6} mm, réséqué.]"
        ]
    ),
    (CONCLUSION, "Conclusion", &["Contrôle dans [trois|cinq] ans."])
);

// certificates and prescriptions of care

script!(
    SPORT,
    "89601-9",
    "Certificat d'aptitude au sport",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Certificat",
        &[
            "Je soussigné certifie avoir examiné ce jour {Le} {patient} de {age} et n'avoir pas constaté de contre-indication à la pratique [du football|de la natation|de la course à pied|de la danse|du judo|de l'aviron], y compris en compétition.",
            "Certificat établi à la demande de l'intéressé{e} et remis en main propre."
        ]
    )
);

script!(
    ABSENCE,
    "89601-9",
    "Certificat pour l'école",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Certificat",
        &[
            "Je soussigné certifie que l'état de santé de l'enfant, âgé{e} de {age}, nécessite son maintien à domicile pendant {2-5} jours à compter de ce jour.",
            "Certificat remis aux parents."
        ]
    )
);

script!(
    WORK_STOP,
    "PRESC-AAT",
    "Arrêt de travail",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "Arrêt de travail de {3-21} jours à compter de ce jour. Sorties autorisées. [Reprise à temps complet prévue.|À prolonger si besoin.]"
        ]
    )
);

script!(
    CARE_BY_PHYSIO,
    "PRESC-KINE",
    "Ordonnance de kinésithérapie",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "{10-20} séances de rééducation [du rachis lombaire|du poignet {cote}|de la hanche {cotee}|à la marche et à l'équilibre], au cabinet ou à domicile."
        ]
    )
);

script!(
    CARE_BY_NURSE,
    "PRESC-INF",
    "Ordonnance de soins infirmiers",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "Passage [quotidien|deux fois par jour|trois fois par semaine] pendant {1-3} mois : [préparation du pilulier et surveillance de la tension|pansement|surveillance du poids et des œdèmes|injection et surveillance glycémique]."
        ]
    )
);

script!(
    LABORATORY_ORDER,
    "PRESC-BIO",
    "Ordonnance d'analyses",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "- Numération, plaquettes",
            "- Ionogramme, créatinine avec débit de filtration estimé",
            "- [HbA1c, glycémie à jeun|TSH|Bilan lipidique]",
            "À faire [à jeun|le matin], dans les {2-8} semaines."
        ]
    )
);

script!(
    LONG_ILLNESS,
    "PROT_ALD",
    "Protocole de soins (affection de longue durée)",
    VISIT,
    Enclosed,
    (REASON, "Affection", &["Affection de longue durée reconnue, prise en charge pour {3-10} ans."]),
    (
        PLAN,
        "Soins prévus",
        &[
            "- Consultations du médecin traitant et du spécialiste",
            "- Examens biologiques de surveillance",
            "- Médicaments de la maladie et dispositifs associés",
            "Protocole établi avec {Le} {patient}."
        ]
    )
);

script!(
    MONTH_8_DAYS,
    "CERT_DECL",
    "Certificat de santé du 8e jour",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Né{e} à {38-41} semaines, {2850-3800} g, {48-52} cm, périmètre crânien {33-36} cm. Examen clinique normal, hanches stables, pouls fémoraux perçus. Dépistages néonatals faits, audition [testée, normale|à recontrôler d'un côté]. Vitamine K donnée."
        ]
    )
);

script!(
    MONTH_9,
    "CERT_DECL",
    "Certificat de santé du 9e mois",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {7-10} kg, taille {67-75} cm. Tient assis{e} sans appui, [rampe|se déplace à quatre pattes], réagit à son prénom. Vision et audition sans anomalie apparente. Vaccinations à jour."
        ]
    )
);

script!(
    MONTH_24,
    "CERT_DECL",
    "Certificat de santé du 24e mois",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {10-14} kg, taille {82-91} cm. Marche acquise, monte l'escalier. [Associe deux mots|Dit une vingtaine de mots]. Dents saines. Vaccinations obligatoires faites."
        ]
    )
);

script!(
    CHILD,
    "59283-2",
    "Examen de santé de l'enfant",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, courbe régulière. Développement psychomoteur [harmonieux|conforme à l'âge]. Vision, audition, dents : [sans anomalie|lunettes récentes]. Vaccins vérifiés."
        ]
    ),
    (
        PLAN,
        "Conseils",
        &[
            "- Sommeil, écrans, alimentation : échanges avec les parents",
            "- Prochain examen selon le calendrier"
        ]
    )
);

// other professions

script!(
    PHYSIO,
    "11506-3",
    "Bilan de kinésithérapie",
    VISIT,
    Enclosed,
    (
        FUNCTION,
        "Bilan",
        &[
            "Douleur {2-6}/10 au repos, {3-8}/10 à l'effort. Amplitudes [limitées de 20°|presque complètes]. Périmètre de marche [illimité|500 m]. {10-20} séances faites."
        ]
    ),
    (
        PLAN,
        "Proposition",
        &[
            "[Poursuite de la rééducation.|Fin de la prise en charge, exercices appris.|Travail proprioceptif.]"
        ]
    )
);

script!(
    NURSE,
    "11506-3",
    "Fiche de suivi infirmier",
    AT_HOME,
    Enclosed,
    (
        EVOLUTION,
        "Surveillance",
        &[
            "Passages faits comme prescrits. TA {ta}, pouls {fc}/min, poids {kg} kg. [Observance bonne.|Un oubli cette semaine.] Peau [saine|fragile, crème appliquée]. {Il} dit [dormir mieux|être fatigué{e}|aller bien]."
        ]
    )
);

script!(
    FEET,
    "11506-3",
    "Bilan podologique",
    VISIT,
    Enclosed,
    (
        EXAMINATION,
        "Bilan",
        &[
            "Gradation du risque : grade [1|2]. Monofilament [non perçu sur deux sites|perçu]. Ongles taillés, hyperkératose réduite. Chaussage [adapté|à revoir]."
        ]
    ),
    (PLAN, "Suite", &["{4-6} séances de prévention dans l'année."])
);

script!(
    SPEECH,
    "47420-5",
    "Bilan orthophonique",
    VISIT,
    Sections,
    (REASON, "Motif", &["[Retard de parole.|Difficultés de lecture.|Articulation.] Enfant de {age}."]),
    (
        FUNCTION,
        "Bilan",
        &[
            "Compréhension [dans la norme|à -1 écart type]. Expression [à -1,5 écart type|fragile]. Conscience phonologique [en construction|fragile]."
        ]
    ),
    (
        PLAN,
        "Projet",
        &["Rééducation de {20-30} séances, une par semaine. Échanges avec l'école, accord des parents."]
    )
);

script!(
    MEMORY_SPEECH,
    "47420-5",
    "Bilan orthophonique, langage et mémoire",
    VISIT,
    Sections,
    (
        FUNCTION,
        "Bilan",
        &["Dénomination {58-76}/80. Fluences [basses|dans la norme basse]. Compréhension préservée."]
    ),
    (PLAN, "Projet", &["Stimulation hebdomadaire, aidants conseillés."])
);

script!(
    DIET,
    "11506-3",
    "Bilan diététique",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["[Diabète.|Surpoids.|Dénutrition débutante.] Adressé{e} par {doctor}."]),
    (
        PLAN,
        "Objectifs choisis ensemble",
        &[
            "- [Des légumes à chaque repas|Une boisson sucrée de moins par jour|Un laitage enrichi au goûter]",
            "- [Petit-déjeuner repris|Sel réduit|Repas fractionnés]"
        ]
    )
);

script!(
    PHARMACY_TALK,
    "78601-2",
    "Entretien pharmaceutique",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Entretien",
        &[
            "[Anticoagulant : prises du soir, carnet tenu, signes de saignement connus.|Asthme : inhalation vérifiée.|Traitements nombreux : plan de prise remis.] Observance [bonne|à soutenir]."
        ]
    )
);

script!(
    MEDICINES_REVIEW,
    "56445-0",
    "Bilan partagé de médication",
    VISIT,
    Enclosed,
    (
        TREATMENT,
        "Analyse",
        &[
            "{7-11} médicaments. [Doublon d'antalgiques relevé.|Somnifère depuis plus d'un an : arrêt progressif proposé.|Aucune interaction majeure.]"
        ]
    ),
    (PLAN, "Transmis au médecin", &["Proposition envoyée à {doctor}."])
);

// the care home

script!(
    ADMISSION,
    "88348-8",
    "Lettre d'entrée en EHPAD",
    HOME_OF_ELDERS,
    Sections,
    (REASON, "Motif d'entrée", &["Perte d'autonomie, maintien à domicile devenu difficile. GIR {gir}."]),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        FUNCTION,
        "Autonomie",
        &[
            "Marche avec [déambulateur|une canne]. Toilette avec aide. Mange [seul{e}|avec stimulation]. Continence [préservée|diurne]."
        ]
    ),
    (
        PLAN,
        "Attentes",
        &[
            "Personne de confiance désignée. [Directives anticipées non rédigées.|Directives anticipées remises.]"
        ]
    )
);

script!(
    CARE_PROJECT,
    "80788-3",
    "Projet d'accompagnement personnalisé",
    HOME_OF_ELDERS,
    Enclosed,
    (
        FUNCTION,
        "Ce qui compte pour la personne",
        &["[La musique et le jardin.|La visite de la famille le dimanche.|Lire le journal le matin.]"]
    ),
    (
        PLAN,
        "Objectifs",
        &[
            "- Marcher chaque jour jusqu'à la salle à manger",
            "- [Atelier mémoire deux fois par semaine|Repas enrichis|Prévention des chutes]"
        ]
    )
);

script!(
    GERIATRICS,
    "11488-4",
    "Visite du médecin coordonnateur",
    HOME_OF_ELDERS,
    Enclosed,
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {ta}, pouls {fc}/min, poids {kg} kg. [Pas de douleur exprimée.|Algoplus {0-2}/5.] Peau intègre. Transit régulier."
        ]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &["[État stable.|Perte de 2 kg en trois mois : enrichissement.|Une chute sans gravité ce mois-ci.]"]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "[Traitement revu avec le pharmacien : un médicament arrêté.|Traitement inchangé.|Kinésithérapie de prévention des chutes.]"
        ]
    )
);

script!(
    AUTONOMY,
    "34842-5",
    "Grille d'autonomie AGGIR",
    HOME_OF_ELDERS,
    Enclosed,
    (
        FUNCTION,
        "Évaluation",
        &[
            "GIR {gir}. Cohérence [B|A], orientation [B|C], toilette [B|C], habillage B, alimentation [A|B], transferts [A|B], déplacements [B|A]."
        ]
    )
);

script!(
    TRANSFER,
    "18761-7",
    "Note de transfert vers l'hôpital",
    HOME_OF_ELDERS,
    Enclosed,
    (
        REASON,
        "Motif du transfert",
        &["[Fièvre et désaturation.|Chute avec douleur de hanche.|Somnolence inhabituelle.]"]
    ),
    (EXAMINATION, "Constantes", &["TA {ta}, pouls {92-112}/min, SpO₂ {88-93} %, température {fever} °C."]),
    (
        TREATMENT,
        "Envoyés avec le résident",
        &["- Document de liaison d'urgence", "- Ordonnance en cours", "- Lunettes et appareils auditifs"]
    )
);
