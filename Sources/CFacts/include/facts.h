#ifndef MEDICONNECT_FACTS_H
#define MEDICONNECT_FACTS_H

#include <stddef.h>
#include <stdint.h>

/// The table of facts about FHIR R4 4.0.1: `facts.bin`, written by Tools/facts/make-facts.py, as part of the binary.
/// Little endian, aligned to 8 bytes, constant for the life of the process. `count` receives its length in bytes.
const unsigned char *mediconnect_facts(size_t *count);

/// R4's code systems, value sets and concept maps: `terminology.bin`, written by Tools/facts/make-terminology.py. Eight
/// bytes of magic, then u32: size, count of definitions, places of the strings and of the data; then the definitions.
const unsigned char *mediconnect_terminology(size_t *count);

typedef struct {
    uint32_t kind;     // 1 CodeSystem, 2 ValueSet, 3 ConceptMap
    uint32_t url;      // place among the strings (u16 length, UTF-8)
    uint32_t version;  // the same; 0 if it has none
    uint32_t first;    // place among the data: JSON, deflated by zlib
    uint32_t packed;   // bytes
    uint32_t size;     // bytes once inflated
} mediconnect_terminology_definition;

// The records of the table's sections, in their order in the file. A `text` is a position in the pool of strings
// (u16 length, UTF-8); a `list` is a position in the pool of lists (u16 count, u16 numbers); 0 is empty in both.

typedef struct {
    uint32_t name;      // text
    uint8_t kind;       // 0 resource, 1 complex, 2 primitive, 3 backbone
    uint8_t abstract;
    uint8_t primitive;  // 1-based PrimitiveKind, 0 if none
    uint8_t unused;
    uint16_t base;      // type number, 0xFFFF if none
    uint16_t element_count;
    uint32_t first_element;
    uint32_t first_slot;  // JSON keys to (position, ordinal of the choice)
    uint32_t slot_mask;
    uint32_t invariants;  // list of invariant numbers
    uint32_t unused2;
    uint64_t required;  // bit n: the element at position n has a minimum above 0
} mediconnect_fact_type;

typedef struct {
    uint32_t name;  // text, without [x]
    uint32_t first_reference;
    uint16_t reference_count;
    uint16_t owner;    // type number
    uint16_t minimum;
    uint16_t maximum;  // 0xFFFF unbounded
    uint16_t binding;  // number, 0xFFFF if none
    uint16_t flags;    // 1 choice, 2 summary, 4 modifier, 8 XML attribute, 16 content reference
    uint32_t invariants;
    uint16_t position;
    uint16_t unused;
} mediconnect_fact_element;

typedef struct {
    uint16_t type;  // type number
    uint16_t unused;
    uint32_t profile;  // text
    uint32_t targets;  // list of type numbers; empty is any
} mediconnect_fact_reference;

typedef struct {
    uint32_t url;
    uint32_t version;
    uint32_t kind;  // 0 enumerated, 1 open (a grammar or a code system outside the package)
    uint32_t first_code;
    uint32_t code_count;
    uint32_t first_slot;  // codes to their position
    uint32_t slot_mask;
} mediconnect_fact_value_set;  // also the form of a code system that is known as a whole

typedef struct {
    uint16_t strength;  // 0 required, 1 extensible, 2 preferred, 3 example
    uint16_t value_set;
} mediconnect_fact_binding;

typedef struct {
    uint32_t code;
    uint32_t system;
} mediconnect_fact_code;

typedef struct {
    uint32_t key;
    uint32_t severity;  // 0 error, 1 warning
    uint32_t expression;
} mediconnect_fact_invariant;

/// A slot of an open-addressing table: the name's 32-bit FNV-1a hash, masked, is where to begin; `name` 0 ends a probe.
typedef struct {
    uint32_t name;
    uint16_t number;
    uint8_t ordinal;
    uint8_t tag;  // the hash's top eight bits
} mediconnect_fact_slot;

typedef struct {
    uint32_t code;
    uint32_t url;
    uint32_t expression;
    uint16_t kind;
    uint16_t flags;    // 1 an example of the specification, 2 repeats mean or, 4 repeats mean and
    uint32_t bases;    // list of type numbers
    uint32_t targets;  // list of type numbers
    uint32_t first_component;
    uint16_t component_count;
    uint16_t unused;
} mediconnect_fact_search_parameter;

typedef struct {
    uint32_t definition;  // search parameter number
    uint32_t expression;
} mediconnect_fact_component;

/// What a resource type can be searched by, inherited parameters included.
typedef struct {
    uint32_t parameters;  // list of search parameter numbers, by code
    uint32_t first_slot;  // codes to search parameter numbers
    uint32_t slot_mask;
} mediconnect_fact_type_search;

/// A table of names to numbers: in this order those of types, urls of value sets, urls of code systems.
typedef struct {
    uint32_t first_slot;
    uint32_t slot_mask;
} mediconnect_fact_name_table;

#endif
