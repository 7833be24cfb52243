import FHIR

/// Valid resources of our own, small but with most kinds of content, to be broken.
enum MutationExamples {
    static let patient = #"""
        {"resourceType":"Patient","id":"p-1","meta":{"versionId":"3","lastUpdated":"2024-02-29T12:00:00.125+01:00","profile":["http://example.org/StructureDefinition/p|1.0"],"tag":[{"system":"http://example.org/tags","code":"a"}]},
        "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Anna</p></div>"},
        "contained":[{"resourceType":"Organization","id":"o-1","name":"Klinik Nord"},{"resourceType":"Practitioner","id":"d-1","name":[{"family":"Berg"}]}],
        "extension":[{"url":"http://example.org/x","valueDecimal":1.50},{"url":"http://example.org/y","extension":[{"url":"a","valueCode":"b"}]}],
        "identifier":[{"use":"official","system":"urn:oid:1.2.36.146.595.217.0.1","value":"12345","period":{"start":"2001-05-06","end":"2021-05"},"assigner":{"reference":"Organization/2","type":"Organization"}}],
        "active":true,"name":[{"family":"Müller","given":["Anna","Maria"],"_given":[null,{"extension":[{"url":"http://example.org/m","valueBoolean":true}]}]}],
        "telecom":[{"system":"phone","value":"+49 30 1","use":"home","rank":1}],"gender":"female","birthDate":"1974-12-25","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1974-12-25T14:35:45-05:00"}]},
        "deceasedBoolean":false,"address":[{"line":["Straße 1"],"city":"Berlin"}],"multipleBirthInteger":2,
        "photo":[{"contentType":"image/gif","data":"R0lGODlh","size":6,"creation":"2020-01-01"}],
        "contact":[{"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0131","code":"N"}]}],"name":{"text":"Bernd"},"gender":"male"}],
        "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"de"}]},"preferred":true}],
        "generalPractitioner":[{"reference":"#d-1"}],"managingOrganization":{"reference":"#o-1","display":"Nord"},
        "link":[{"other":{"reference":"Patient/p-2/_history/1"},"type":"seealso"}]}
        """#

    static let observation = #"""
        {"resourceType":"Observation","id":"o-1","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Pressure</div>"},"status":"final",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/p-1"},
        "encounter":{"reference":"http://example.org/fhir/Encounter/e-1"},"effectivePeriod":{"start":"2024-01-01T10:00:00Z","end":"2024-01-01T11:00:00Z"},
        "issued":"2024-01-01T10:00:00Z","performer":[{"identifier":{"system":"http://example.org","value":"1"}}],
        "valueQuantity":{"value":80.0,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"},
        "referenceRange":[{"low":{"value":60},"high":{"value":100},"appliesTo":[{"text":"all"}]}],
        "component":[{"code":{"text":"part"},"valueRatio":{"numerator":{"value":1},"denominator":{"value":2}}},
        {"code":{"text":"other"},"valueRange":{"low":{"value":1},"high":{"value":2}}},{"code":{"text":"at"},"valueTime":"10:00:00"}]}
        """#

    static let medicationRequest = #"""
        {"resourceType":"MedicationRequest","id":"m-1","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Tablets</div>"},
        "contained":[{"resourceType":"Medication","id":"med","code":{"text":"Tablets"}}],"status":"active","intent":"order",
        "medicationReference":{"reference":"#med"},"subject":{"reference":"Patient/p-1"},"authoredOn":"2024-01-01",
        "instantiatesCanonical":["http://example.org/PlanDefinition/1|2"],"instantiatesUri":["urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"],
        "dosageInstruction":[{"sequence":1,"timing":{"repeat":{"boundsDuration":{"value":10,"unit":"d","system":"http://unitsofmeasure.org","code":"d"},"frequency":1,"period":8,"periodUnit":"h","when":["MORN"]}},
        "doseAndRate":[{"doseQuantity":{"value":1,"unit":"tab"}}]}],"dispenseRequest":{"numberOfRepeatsAllowed":0,"expectedSupplyDuration":{"value":10,"system":"http://unitsofmeasure.org","code":"d"}},
        "substitution":{"allowedBoolean":true}}
        """#

    static let condition = #"""
        {"resourceType":"Condition","id":"c-1","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Asthma</div>"},
        "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},
        "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
        "code":{"text":"Asthma"},"subject":{"reference":"Patient/p-1"},"onsetAge":{"value":3,"system":"http://unitsofmeasure.org","code":"a"},
        "abatementDateTime":"2020-06","stage":[{"summary":{"text":"1"}}],"note":[{"time":"2020-01-01T00:00:00Z","text":"better"}]}
        """#

    static let questionnaire = #"""
        {"resourceType":"Questionnaire","id":"q-1","url":"http://example.org/Questionnaire/q","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Questions</div>"},
        "status":"draft","date":"2024","item":[{"linkId":"1","type":"group","item":[{"linkId":"1.1","type":"choice","text":"Which?","answerOption":[{"valueString":"a"}]},
        {"linkId":"1.2","type":"string","maxLength":10,"enableWhen":[{"question":"1.1","operator":"=","answerString":"a"}]}]},{"linkId":"2","type":"display","text":"Thanks"}]}
        """#

    static let parameters = #"""
        {"resourceType":"Parameters","parameter":[{"name":"a","valueUuid":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"},{"name":"b","valueOid":"urn:oid:1.2.3"},
        {"name":"c","part":[{"name":"d","valueInteger":-5},{"name":"e","valueUnsignedInt":0},{"name":"f","valuePositiveInt":1}]},
        {"name":"g","resource":{"resourceType":"Basic","code":{"text":"x"}}}]}
        """#

    static let transaction = #"""
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","resource":{"resourceType":"Patient","active":true},"request":{"method":"POST","url":"Patient"}},
        {"fullUrl":"http://example.org/fhir/Encounter/e-1","resource":{"resourceType":"Encounter","id":"e-1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"},"serviceProvider":{"reference":"Organization?identifier=http://example.org|1"}},"request":{"method":"PUT","url":"Encounter/e-1"}}]}
        """#

    static let document = #"""
        {"resourceType":"Bundle","id":"d-1","identifier":{"system":"http://example.org","value":"1"},"type":"document","timestamp":"2024-01-01T10:00:00Z","entry":[
        {"fullUrl":"http://example.org/fhir/Composition/c-1","resource":{"resourceType":"Composition","id":"c-1","status":"final","type":{"text":"Letter"},"date":"2024-01-01","title":"Letter","subject":{"reference":"Patient/p-1"},"author":[{"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b8"}],"section":[{"title":"A","entry":[{"reference":"Patient/p-1"}]}]}},
        {"fullUrl":"http://example.org/fhir/Patient/p-1","resource":{"resourceType":"Patient","id":"p-1","gender":"other"}},
        {"fullUrl":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b8","resource":{"resourceType":"Practitioner","active":true}}]}
        """#

    static let message = #"""
        {"resourceType":"Bundle","type":"message","entry":[{"fullUrl":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","resource":{"resourceType":"MessageHeader","eventCoding":{"system":"http://example.org","code":"a"},"source":{"endpoint":"http://example.org/a"}}},
        {"fullUrl":"http://example.org/fhir/Patient/p-1","resource":{"resourceType":"Patient","id":"p-1"}}]}
        """#

    static let response = #"""
        {"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","location":"Patient/1/_history/1","lastModified":"2024-01-01T10:00:00Z"}},{"response":{"status":"200"},"resource":{"resourceType":"Patient","id":"p-1"}}]}
        """#

    static let searchset = #"""
        {"resourceType":"Bundle","type":"searchset","total":1,"link":[{"relation":"self","url":"http://example.org/fhir/Patient"}],"entry":[
        {"fullUrl":"http://example.org/fhir/Patient/p-1","resource":{"resourceType":"Patient","id":"p-1"},"search":{"mode":"match","score":1}},
        {"fullUrl":"http://example.org/fhir/Patient/p-2","resource":{"resourceType":"Patient","id":"p-2"},"search":{"mode":"include"}}]}
        """#

    static let all: [(name: String, bytes: [UInt8])] = [
        ("patient", patient), ("observation", observation), ("medicationRequest", medicationRequest),
        ("condition", condition), ("questionnaire", questionnaire), ("parameters", parameters),
        ("transaction", transaction), ("document", document), ("message", message), ("response", response),
        ("searchset", searchset),
    ].map { ($0.0, Array($0.1.utf8)) }
}
