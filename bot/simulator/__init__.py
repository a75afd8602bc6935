"""A stand-in for WeChat, in a process of its own.

It pushes signed and encrypted deliveries to the product over real HTTP, as
WeChat's servers do, answers the API calls that the product makes, and shows
what people would see on a page where a newcomer plays any of them.

Imports nothing of the product: it is written from WeChat's documents, so
that a misreading in the product is not repeated here.

=============  ========================================================
``wire``       signatures, encryption, XML, as WeChat documents them
``acts``       what is pushed of each thing that a person does
``push``       one delivery: three copies at most, five seconds each
``replies``    the answer, proved and opened
``faults``     what goes wrong by script; ``faulty`` does it to the API's line
``rules/``     the platform's rules, one file a subject
``api/``       the API calls of the platform
``phones``     what one phone holds
``ground``     people, phones and the way of a delivery; all in memory
``arrivals``   what the API brings onto the phones
``world``      what people do
``page``       the page with the phone; ``hands``: what one does with it
``webview``    pages opened inside WeChat
``panel``      faults and the clock, for people and for programs
``people``     who can be played: the demo accounts and three strangers
=============  ========================================================
"""
