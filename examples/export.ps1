# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
Writes what adscp reads from Active Directory into one LDIF file.

.DESCRIPTION
For an administrator on Windows. Any domain account will do; no module is needed,
only ADSI, which every Windows has. Nothing in the directory is changed. The
connection is signed and encrypted.

The file holds SCPs, Exchange servers with their databases, web services and
certificates, the enterprise's CAs, sites and subnets, and of people those that
-Mail names. Its name appears once it is complete.

.PARAMETER File
The file to write.

.PARAMETER Server
The domain controller to ask. Without it, Windows finds one.

.PARAMETER Mail
Mail addresses of the users whose mailboxes are to be in the file.

.PARAMETER Census
Also counts the mailboxes of the forest for each database and type of recipient
(msExchRecipientTypeDetails), and gives the numbers as objects. No name of a user
is written anywhere. A server that is no global catalog knows its own domain only.

.EXAMPLE
.\export.ps1 forest.ldif -Mail ann@corp.example

.EXAMPLE
.\export.ps1 forest.ldif -Server dc1.corp.example -Census | Export-Csv census.csv
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true, Position = 0)] [string] $File,
    [string] $Server = '',
    [string[]] $Mail = @(),
    [switch] $Census
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$rootAttributes = @(
    'configurationNamingContext', 'defaultNamingContext', 'dnsHostName')

$forestFilter = '(|(objectClass=serviceConnectionPoint)' +
    '(objectClass=msExchExchangeServer)(objectClass=msExchVirtualDirectory)' +
    '(objectClass=msExchPrivateMDB)(objectClass=certificationAuthority)' +
    '(objectClass=site)(objectClass=subnet))'
$forestAttributes = @(
    'objectClass', 'cn', 'keywords', 'serviceBindingInformation',
    'serviceClassName', 'whenCreated', 'networkAddress', 'msExchServerSite',
    'siteObject', 'versionNumber', 'serialNumber', 'msExchCurrentServerRoles',
    'legacyExchangeDN', 'msExchMDBAvailabilityGroupLink',
    'msExchComponentStates', 'msExchServerInternalTLSCert',
    'msExchInternalHostName', 'msExchOwningServer', 'msExchProvisioningFlags',
    'cACertificate')

$userFilter = '(|(proxyAddresses=smtp:{0})(mail={0}))'
$userAttributes = @(
    'objectClass', 'mail', 'proxyAddresses', 'mailNickname', 'homeMDB',
    'msExchHomeServerName', 'targetAddress', 'msExchRecipientTypeDetails',
    'msExchRemoteRecipientType')

# Mailboxes here, and those that are elsewhere (2147483648 and above).
$censusFilter = '(|(homeMDB=*)(msExchRecipientTypeDetails>=2147483648))'
# Partitions that are domains: the flags 1 and 2.
$domainFilter = '(&(objectClass=crossRef)' +
    '(systemFlags:1.2.840.113556.1.4.803:=3))'

# A value that LDIF shows as it is (RFC 2849); any other is written in base64.
$safe = '\A(?![ :<])[\x20-\x7E]*(?<! )\z'

# ------------------------------------------------------------- the directory

# In a path of ADSI a slash has a meaning, so one in a DN is escaped.
function Open-Entry([string] $provider, [string] $controller, [string] $dn) {
    $path = $provider + '://'
    if ($controller) {
        $path += $controller + '/'
    }
    $path += $dn.Replace('/', '\/')
    $entry = New-Object System.DirectoryServices.DirectoryEntry $path
    # .psbase: PowerShell would look for an attribute of this name.
    $entry.psbase.AuthenticationType = 'Secure, Signing, Sealing'
    $entry
}

function New-Search($entry, [string] $filter, [string[]] $attributes) {
    $searcher = New-Object System.DirectoryServices.DirectorySearcher
    $searcher.SearchRoot = $entry
    $searcher.Filter = $filter
    $searcher.PageSize = 1000
    $searcher.ReferralChasing = 'None'
    $searcher.CacheResults = $false
    foreach ($attribute in $attributes) {
        [void] $searcher.PropertiesToLoad.Add($attribute)
    }
    $searcher
}

# An asterisk or a parenthesis in a mail address is no part of the filter.
function Format-Filter([string] $filter, [string] $text) {
    $escaped = [regex]::Replace($text, '[\\*()\x00]', {
        '\{0:x2}' -f [int] $args[0].Value[0] })
    $filter -f $escaped
}

# The first part of an attribute with more values than the server gives at once:
# "keywords;range=0-1499".
function Find-Part($properties, [string] $attribute) {
    foreach ($name in $properties.PropertyNames) {
        if ($name -like ($attribute + ';range=*')) {
            return $name
        }
    }
}

function Read-Part([string] $dn, [string] $attribute, [int] $first) {
    $entry = Open-Entry 'LDAP' $script:controller $dn
    $name = '{0};range={1}-*' -f $attribute, $first
    $searcher = New-Search $entry '(objectClass=*)' @($name)
    $searcher.SearchScope = 'Base'
    $searcher.FindOne()
}

# ------------------------------------------------------------------ the file

function Write-Value($writer, [string] $name, $value) {
    if ($value -is [byte[]]) {
        $writer.WriteLine($name + ':: ' + [Convert]::ToBase64String($value))
        return
    }
    if ($value -is [datetime]) {
        # ADSI gives times in UTC, of no kind.
        if ($value.Kind -eq [DateTimeKind]::Local) {
            $value = $value.ToUniversalTime()
        }
        $text = $value.ToString('yyyyMMddHHmmss', $script:plain) + '.0Z'
    } elseif ($value -is [bool]) {
        $text = ([string] $value).ToUpperInvariant()
    } else {
        $text = [Convert]::ToString($value, $script:plain)
    }
    if ($text -cmatch $script:safe) {
        $writer.WriteLine($name + ': ' + $text)
    } else {
        $bytes = [Text.Encoding]::UTF8.GetBytes($text)
        $writer.WriteLine($name + ':: ' + [Convert]::ToBase64String($bytes))
    }
}

function Write-Values($writer, [string] $name, $values) {
    foreach ($value in $values) {
        Write-Value $writer $name $value
    }
}

function Write-Attribute($writer, $result, [string] $dn, [string] $attribute) {
    Write-Values $writer $attribute $result.Properties[$attribute]
    $part = Find-Part $result.Properties $attribute
    while ($part) {
        Write-Values $writer $attribute $result.Properties[$part]
        if ($part -notmatch '-(\d+)\z') {
            return # "-*": the last part
        }
        $result = Read-Part $dn $attribute ([int] $matches[1] + 1)
        $part = Find-Part $result.Properties $attribute
        if (-not $part) {
            throw "$dn changed while its $attribute was read: try again"
        }
    }
}

function Write-Search($writer, $entry, [string] $filter, [string[]] $attributes) {
    $searcher = New-Search $entry $filter ($attributes + 'distinguishedName')
    $results = $searcher.FindAll()
    try {
        foreach ($result in $results) {
            $dn = [string] $result.Properties['distinguishedName'][0]
            Write-Value $writer 'dn' $dn
            foreach ($attribute in $attributes) {
                Write-Attribute $writer $result $dn $attribute
            }
            $writer.WriteLine()
        }
    } finally {
        $results.Dispose()
    }
}

# The file begins with what the server says about itself.
function Write-Root($writer, $root) {
    $writer.WriteLine('version: 1')
    $writer.WriteLine()
    $writer.WriteLine('dn:')
    foreach ($attribute in $rootAttributes) {
        Write-Values $writer $attribute $root.psbase.Properties[$attribute]
    }
    $writer.WriteLine()
}

function Write-Forest($writer, $root) {
    $configuration = Open-Entry 'LDAP' $script:controller (
        [string] $root.psbase.Properties['configurationNamingContext'][0])
    $domain = Open-Entry 'LDAP' $script:controller (
        [string] $root.psbase.Properties['defaultNamingContext'][0])

    Write-Root $writer $root
    Write-Search $writer $configuration $forestFilter $forestAttributes
    foreach ($address in $Mail) {
        Write-Search $writer $domain (
            Format-Filter $userFilter $address) $userAttributes
    }
}

# ---------------------------------------------------------------- the census

function Get-Domain($root) {
    $partitions = 'CN=Partitions,' +
        [string] $root.psbase.Properties['configurationNamingContext'][0]
    $entry = Open-Entry 'LDAP' $script:controller $partitions
    foreach ($result in (New-Search $entry $domainFilter @('nCName')).FindAll()) {
        [string] $result.Properties['nCName'][0]
    }
}

# What a global catalog finds below a domain includes the domain's children.
function Select-Top([string[]] $domains) {
    foreach ($domain in $domains) {
        $above = @($domains | Where-Object { $domain -like ('*,' + $_) })
        if ($above.Count -eq 0) {
            $domain
        }
    }
}

function Get-First($values) {
    foreach ($value in $values) {
        return [string] $value
    }
    ''
}

function Add-Census($numbers, $entry) {
    $searcher = New-Search $entry $censusFilter @(
        'homeMDB', 'msExchRecipientTypeDetails')
    $results = $searcher.FindAll()
    try {
        foreach ($result in $results) {
            $type = Get-First $result.Properties['msExchRecipientTypeDetails']
            $database = Get-First $result.Properties['homeMDB']
            $key = $type + ' ' + $database
            $numbers[$key] = 1 + [int] $numbers[$key]
        }
    } finally {
        $results.Dispose()
    }
}

function Get-Census($root) {
    $numbers = @{}
    $provider = 'GC'
    $domains = @(Select-Top @(Get-Domain $root))

    if ((Get-First $root.psbase.Properties['isGlobalCatalogReady']) -ne 'TRUE') {
        $provider = 'LDAP'
        $domains = @([string] $root.psbase.Properties['defaultNamingContext'][0])
        Write-Warning ($script:controller + ' is no global catalog: ' +
            'the census counts its domain only')
    }
    foreach ($domain in $domains) {
        Add-Census $numbers (
            Open-Entry $provider $script:controller $domain)
    }
    foreach ($key in ($numbers.Keys | Sort-Object)) {
        $type, $database = $key -split ' ', 2
        New-Object PSObject -Property @{
            Database = $database; Type = $type; Mailboxes = $numbers[$key] }
    }
}

# ---------------------------------------------------------------------- main

$plain = [Globalization.CultureInfo]::InvariantCulture
$root = Open-Entry 'LDAP' $Server 'RootDSE'
# One server answers everything, so that the file is of one moment.
$controller = [string] $root.psbase.Properties['dnsHostName'][0]

$path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath(
    $File)
$unfinished = $path + '.part'
$utf8 = New-Object System.Text.UTF8Encoding $true # with a byte order mark
$writer = New-Object System.IO.StreamWriter $unfinished, $false, $utf8
$writer.NewLine = "`r`n"
try {
    Write-Forest $writer $root
} finally {
    $writer.Dispose()
}
Move-Item -LiteralPath $unfinished -Destination $path -Force
if ($Census) {
    Get-Census $root
}
