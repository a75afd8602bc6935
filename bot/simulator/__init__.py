"""A stand-in for WeChat, in a process of its own.

It pushes signed and encrypted deliveries to the product over real HTTP, as
WeChat's servers do, answers the API calls that the product makes, and shows
what people would see on a page where a newcomer plays any of them.

Imports nothing of the product: it is written from WeChat's documents, so
that a misreading in the product is not repeated here.

=============  ========================================================
``wire``       signatures, encryption, XML, as WeChat documents them
``push``       one delivery: three copies at most, five seconds each
``world``      people, chats, reply windows, tokens; all in memory
``api``        the API calls of the platform
``page``       the page with the phone
``people``     who can be played: the demo accounts and three strangers
=============  ========================================================
"""
