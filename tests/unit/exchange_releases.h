/* SPDX-License-Identifier: MIT */
/* Every release of Exchange: its numbers, and its name. */
#ifndef ADSCP_TESTS_EXCHANGE_RELEASES_H
#define ADSCP_TESTS_EXCHANGE_RELEASES_H

#include <stdlib.h>

#include "facts/version.h"
#include "test.h"

static inline void check_name(int line, const struct version *version,
                              const char *expected)
{
    char name[VERSION_NAME_MAX];

    test_report_int((int64_t)version_name(version, name, sizeof(name)),
                    (int64_t)strlen(expected), __FILE__, line, "length");
    test_report_str(name, expected, __FILE__, line, "name");
}

/* --------------------------------------------------------- the whole table --
 */

/* versionNumber and serialNumber of every release. */
static const struct {
    int64_t number;
    const char *serial;
    const char *name;
} releases[] = {
    {1912636077, "Version 8.0 (Build 30685.25)", "Exchange 2007 RTM"},
    {1912701168, "Version 8.1 (Build 30240.6)", "Exchange 2007 SP1"},
    {1912766640, "Version 8.2 (Build 30176.2)", "Exchange 2007 SP2"},
    {1912832083, "Version 8.3 (Build 30083.6)", "Exchange 2007 SP3"},
    {1937801855, "Version 14.0 (Build 30639.21)", "Exchange 2010 RTM"},
    {1937866970, "Version 14.1 (Build 30218.15)", "Exchange 2010 SP1"},
    {1937932535, "Version 14.2 (Build 30247.5)", "Exchange 2010 SP2"},
    {1937997947, "Version 14.3 (Build 30123.4)", "Exchange 2010 SP3"},
    {1941996036, "Version 15.0 (Build 30516.32)", "Exchange 2013 RTM"},
    {1941996140, "Version 15.0 (Build 30620.29)", "Exchange 2013 CU1"},
    {1941996232, "Version 15.0 (Build 30712.24)", "Exchange 2013 CU2"},
    {1941996295, "Version 15.0 (Build 30775.38)", "Exchange 2013 CU3"},
    {1941996367, "Version 15.0 (Build 30847.32)", "Exchange 2013 SP1 (CU4)"},
    {1941996433, "Version 15.0 (Build 30913.22)", "Exchange 2013 CU5"},
    {1941996515, "Version 15.0 (Build 30995.29)", "Exchange 2013 CU6"},
    {1941996564, "Version 15.0 (Build 31044.25)", "Exchange 2013 CU7"},
    {1941996596, "Version 15.0 (Build 31076.9)", "Exchange 2013 CU8"},
    {1941996624, "Version 15.0 (Build 31104.5)", "Exchange 2013 CU9"},
    {1941996650, "Version 15.0 (Build 31130.7)", "Exchange 2013 CU10"},
    {1941996676, "Version 15.0 (Build 31156.6)", "Exchange 2013 CU11"},
    {1941996698, "Version 15.0 (Build 31178.4)", "Exchange 2013 CU12"},
    {1941996730, "Version 15.0 (Build 31210.3)", "Exchange 2013 CU13"},
    {1941996756, "Version 15.0 (Build 31236.3)", "Exchange 2013 CU14"},
    {1941996783, "Version 15.0 (Build 31263.5)", "Exchange 2013 CU15"},
    {1941996813, "Version 15.0 (Build 31293.2)", "Exchange 2013 CU16"},
    {1941996840, "Version 15.0 (Build 31320.4)", "Exchange 2013 CU17"},
    {1941996867, "Version 15.0 (Build 31347.2)", "Exchange 2013 CU18"},
    {1941996885, "Version 15.0 (Build 31365.1)", "Exchange 2013 CU19"},
    {1941996887, "Version 15.0 (Build 31367.3)", "Exchange 2013 CU20"},
    {1941996915, "Version 15.0 (Build 31395.4)", "Exchange 2013 CU21"},
    {1941996993, "Version 15.0 (Build 31473.3)", "Exchange 2013 CU22"},
    {1941997017, "Version 15.0 (Build 31497.2)", "Exchange 2013 CU23"},
    {1942061281, "Version 15.1 (Build 30225.16)", "Exchange 2016 Preview"},
    {1942061281, "Version 15.1 (Build 30225.42)", "Exchange 2016 RTM"},
    {1942061452, "Version 15.1 (Build 30396.30)", "Exchange 2016 CU1"},
    {1942061522, "Version 15.1 (Build 30466.34)", "Exchange 2016 CU2"},
    {1942061600, "Version 15.1 (Build 30544.27)", "Exchange 2016 CU3"},
    {1942061725, "Version 15.1 (Build 30669.32)", "Exchange 2016 CU4"},
    {1942061901, "Version 15.1 (Build 30845.34)", "Exchange 2016 CU5"},
    {1942062090, "Version 15.1 (Build 31034.26)", "Exchange 2016 CU6"},
    {1942062317, "Version 15.1 (Build 31261.35)", "Exchange 2016 CU7"},
    {1942062471, "Version 15.1 (Build 31415.2)", "Exchange 2016 CU8"},
    {1942062522, "Version 15.1 (Build 31466.3)", "Exchange 2016 CU9"},
    {1942062587, "Version 15.1 (Build 31531.3)", "Exchange 2016 CU10"},
    {1942062647, "Version 15.1 (Build 31591.10)", "Exchange 2016 CU11"},
    {1942062769, "Version 15.1 (Build 31713.5)", "Exchange 2016 CU12"},
    {1942062835, "Version 15.1 (Build 31779.2)", "Exchange 2016 CU13"},
    {1942062903, "Version 15.1 (Build 31847.3)", "Exchange 2016 CU14"},
    {1942062969, "Version 15.1 (Build 31913.5)", "Exchange 2016 CU15"},
    {1942063035, "Version 15.1 (Build 31979.3)", "Exchange 2016 CU16"},
    {1942063100, "Version 15.1 (Build 32044.4)", "Exchange 2016 CU17"},
    {1942063162, "Version 15.1 (Build 32106.2)", "Exchange 2016 CU18"},
    {1942063232, "Version 15.1 (Build 32176.2)", "Exchange 2016 CU19"},
    {1942063298, "Version 15.1 (Build 32242.4)", "Exchange 2016 CU20"},
    {1942063364, "Version 15.1 (Build 32308.8)", "Exchange 2016 CU21"},
    {1942063431, "Version 15.1 (Build 32375.7)", "Exchange 2016 CU22"},
    {1942063563, "Version 15.1 (Build 32507.6)", "Exchange 2016 CU23"},
    {1942126788, "Version 15.2 (Build 30196.0)", "Exchange 2019 Preview"},
    {1942126813, "Version 15.2 (Build 30221.12)", "Exchange 2019 RTM"},
    {1942126922, "Version 15.2 (Build 30330.5)", "Exchange 2019 CU1"},
    {1942126989, "Version 15.2 (Build 30397.3)", "Exchange 2019 CU2"},
    {1942127056, "Version 15.2 (Build 30464.5)", "Exchange 2019 CU3"},
    {1942127121, "Version 15.2 (Build 30529.5)", "Exchange 2019 CU4"},
    {1942127187, "Version 15.2 (Build 30595.3)", "Exchange 2019 CU5"},
    {1942127251, "Version 15.2 (Build 30659.4)", "Exchange 2019 CU6"},
    {1942127313, "Version 15.2 (Build 30721.2)", "Exchange 2019 CU7"},
    {1942127384, "Version 15.2 (Build 30792.3)", "Exchange 2019 CU8"},
    {1942127450, "Version 15.2 (Build 30858.5)", "Exchange 2019 CU9"},
    {1942127514, "Version 15.2 (Build 30922.7)", "Exchange 2019 CU10"},
    {1942127578, "Version 15.2 (Build 30986.5)", "Exchange 2019 CU11"},
    {1942127710, "Version 15.2 (Build 31118.7)", "Exchange 2019 CU12"},
    {1942127850, "Version 15.2 (Build 31258.12)", "Exchange 2019 CU13"},
    {1942128136, "Version 15.2 (Build 31544.4)", "Exchange 2019 CU14"},
    {1942128340, "Version 15.2 (Build 31748.10)", "Exchange 2019 CU15"},
    {1942129154, "Version 15.2 (Build 32562.17)", "Exchange SE RTM"},
};

#endif
