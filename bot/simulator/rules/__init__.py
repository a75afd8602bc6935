"""The platform's rules, one file a subject. Plain objects: whoever calls them holds the world's lock.

==============  =====================================================
``tokens``      access tokens of both kinds, and the ticket for pages
``quotas``      calls a day
``templates``   fields by type, one message once, which are the account's
``consents``    who agreed to which subscription notice, how often
``media``       temporary material, three days
``scenes``      QR codes with a scene
``menus``       the menu, and others by tag
``tags``        tags and who carries them
``sign_in``     OAuth: codes, tokens of persons
``wecom``       the little of WeCom (企业微信) that a notice and a sign-in need
==============  =====================================================
"""
